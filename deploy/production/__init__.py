"""Loket in production: keys, their rotation, and what every variable does. Nothing here is of the demonstration."""
