"""How the gateway is served: one greenlet a connection, a deadline for whatever is awaited of a client."""
