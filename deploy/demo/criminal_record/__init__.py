"""The demonstration's central criminal record: most have none, some have a few convictions, the same at each asking."""
