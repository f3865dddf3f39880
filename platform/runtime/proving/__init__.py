"""Proof that one rule means the same everywhere: vectors run on every engine that this machine has."""
