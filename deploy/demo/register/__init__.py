"""The demonstration's register: the synthetic population, whose answers can be late or lost on the way."""
