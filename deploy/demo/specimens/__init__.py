"""A paper of each product, about people who do not exist: the same for the same catalogue, on any machine and day."""
