"""A believable Belgian town, the same for the same seed wherever and whenever it is made."""
