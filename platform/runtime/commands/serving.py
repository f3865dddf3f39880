"""`newel serve`: the web server, with threads in one process or in several."""

from __future__ import annotations

import gc
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newel.metadata.stumbling import refusal_of
from newel.metadata.words import word
from newel.runtime.commands import noting
from newel.runtime.commands.opening import opened
from newel.runtime.commands.speaking import command, speak, spoken
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.database import Database

if TYPE_CHECKING:
    from flask import Flask

THREADS = 8
GRACE = 20  # seconds that requests have to end in when the server is told to stop


@command(epilog="Example: newel serve --port 8080 --workers 2")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is every one.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free port.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes; each serves with threads.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the installation in NEWEL_HOME until stopped (Ctrl-C)."""
    settings, database = opened()
    listener = _listen(host, port)
    installation = InstallationHolder(settings, database).current()
    _warn_of_upgrade(installation)
    address = f"http://{_shown(host)}:{listener.getsockname()[1]}"
    lines = [spoken("Newel is at {address}", address=address), *_ways_in(installation, address)]
    database.close()
    _run(settings, listener, workers, "\n".join(lines))


def _listen(host: str, port: int) -> socket.socket:
    """The open socket; a port that is taken is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    click.get_current_context().call_on_close(listener.close)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        said = word("{address} can't be listened on: {reason}. Try another --port.")
        raise click.ClickException(spoken(said, address=f"{host}:{port}", reason=refusal_of(error))) from error
    return listener


def _warn_of_upgrade(installation: Installation) -> None:
    """After an upgrade of Newel the same files may make another model, for which tables lack something."""
    with installation.database.reading() as connection:
        applied = catalog.state(connection).model_hash
    if applied != installation.model.hash:
        speak("This version of Newel asks for changes to the database. Stop it and run `newel init`.", err=True)


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only compared
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _ways_in(installation: Installation, address: str) -> list[str]:
    """How to get in: the demo sign-ins, or the link with which the first administrator comes."""
    from newel.runtime import samples
    from newel.runtime.records.identity import setting_up

    token = setting_up.issue(installation, datetime.now(UTC))
    if token is not None:
        return [
            spoken("Nobody can sign in yet. The first administrator comes in here, once:"),
            f"  {address}/setup-token/{token}",
        ]
    found = samples.sign_ins(installation)
    shown = [f"  {each.email:28} {each.password:20} {', '.join(each.roles)}" for each in found]
    return [spoken("Demo sign-ins:"), *shown] if found else []


def _run(settings: Settings, listener: socket.socket, workers: int, words: str) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn, told what it needs to know from here instead of from a file."""

        def load_config(self) -> None:
            for name, value in _server_settings(listener, workers, words).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            """Called once, before the workers part: they share its memory, and each opens connections of its own."""
            from newel.runtime.web.app import create_app

            noting.to_standard_error()
            database = Database(settings.database_url)
            app = create_app(InstallationHolder(settings, database))
            database.close()
            gc.freeze()
            return app

    Server().run()


def _server_settings(listener: socket.socket, workers: int, words: str) -> dict[str, Any]:
    return {
        "bind": f"fd://{listener.detach()}",  # from here on gunicorn answers for it
        "worker_class": "gthread",
        "workers": workers,
        "threads": THREADS,
        "preload_app": True,
        "timeout": 120,
        "graceful_timeout": GRACE,
        "keepalive": 30,
        "limit_request_line": 8190,  # the most that gunicorn takes: filters stand in addresses
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": "newel",
        "control_socket_disable": True,
        "when_ready": lambda _server: click.echo(words),
    }
