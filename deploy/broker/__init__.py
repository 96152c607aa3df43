"""The broker of any deployment: who may do what there, what waits, and which node leads what."""
