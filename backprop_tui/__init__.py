"""A glass box for backpropagation: XOR on a 2-4-1 sigmoid network, trained live in the terminal."""

__version__ = "0.1.0"
