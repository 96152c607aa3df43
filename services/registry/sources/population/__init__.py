"""The populations that the registry keeps itself, and to which register each town's questions go (registers.py)."""
