"""What must be, kept beside the chain: see `world`."""
