"""What the end-to-end tests stand on: the real binary, plain HTTP, the six styles, waiting."""
