"""What crosses the wire between Loket's parts, and nothing of how any part works."""
