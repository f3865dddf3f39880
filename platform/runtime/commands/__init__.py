"""The commands of `newel`, one file an area; newel.cli lists them."""
