"""Where the register's answers come from: each source is a Register (services/registry/domain.py)."""
