"""What an operator types: `loket` and what its commands need."""
