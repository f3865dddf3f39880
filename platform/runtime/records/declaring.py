"""What the installed solutions say of an element, layer by layer, and who mentions it."""

from __future__ import annotations

from newel.metadata import explaining
from newel.metadata.compiling import Compilation, compile_layers
from newel.metadata.explaining import Explanation
from newel.runtime.installation import Installation
from newel.runtime.records.statements import kept
from newel.runtime.storage import catalog


def explained(installation: Installation, address: str) -> Explanation | None:
    """The chain of words behind every property of an element; None where there is no such element."""
    return explaining.explain(_compilation(installation), address)


def users_of(installation: Installation, address: str) -> tuple[str, ...]:
    """The elements and rules that mention an element, or one of the elements in it."""
    return explaining.users(installation.model, address)


def _compilation(installation: Installation) -> Compilation:
    """What the solutions say before it is merged into one Model; read again when first asked for."""

    def compiled() -> Compilation:
        with installation.database.reading() as connection:
            return compile_layers(catalog.layers(connection))

    found: Compilation = kept(installation, ("declared",), compiled)
    return found
