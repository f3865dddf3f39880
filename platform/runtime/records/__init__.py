"""The kernel: the only door to business data. Every read and every write of a record goes through here, as an Actor."""

from newel.runtime.records.actors import Actor, as_system
from newel.runtime.records.work import Work, reading, writing

__all__ = ["Actor", "Work", "as_system", "reading", "writing"]
