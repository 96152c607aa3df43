"""`loket logs`: what all processes told, merged by time."""
