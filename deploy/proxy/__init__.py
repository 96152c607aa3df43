"""The front proxy of a production deployment."""
