"""What the demonstration's sources beyond the population have in common: certificates, a server, and ways to fail."""
