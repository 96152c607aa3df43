"""What all that programs may ask the gateway has in common: how it is described, what it takes, how it refuses."""
