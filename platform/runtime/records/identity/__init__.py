"""Who people are to Newel: users, their passwords and roles, their sessions and keys, and how they come in."""

from newel.runtime.records.identity.authentication import Answer, Identity

__all__ = ["Answer", "Identity"]
