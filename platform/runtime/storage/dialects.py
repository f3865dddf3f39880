"""What only one of the databases has (upserts, arrays), loaded when it is first used: it takes long, and one is never needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite
else:

    class _Later:
        """Stands for a module until somebody asks for something in it."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, wanted: str) -> Any:
            return getattr(import_module(self._name), wanted)

    postgresql = _Later("sqlalchemy.dialects.postgresql")
    sqlite = _Later("sqlalchemy.dialects.sqlite")

__all__ = ["postgresql", "sqlite"]
