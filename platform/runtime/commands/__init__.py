"""The commands of `newel`, one file an area; cli.py registers them."""
