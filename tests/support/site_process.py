"""A whole Newel as its operator starts it: `newel init --demo`, `newel serve`, on a free loopback port."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEWEL = Path(sys.executable).with_name("newel")


@dataclass(frozen=True)
class Site:
    """A served installation. `newel(...)` runs a command in its environment and returns what it printed."""

    address: str
    home: Path
    environment: dict[str, str]

    def newel(self, *arguments: str, typed: str = "", expected: int = 0) -> str:
        done = subprocess.run(
            [str(NEWEL), *arguments],
            cwd=self.home,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, f"newel {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def newel_at_a_terminal(self, *arguments: str, typed: str) -> str:
        """Runs a command as somebody does who can be asked, and answers `typed`."""
        ours, theirs = pty.openpty()
        try:
            os.write(ours, typed.encode())
            done = subprocess.run(
                [str(NEWEL), *arguments],
                cwd=self.home,
                env=self.environment,
                stdin=theirs,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            os.close(ours)
            os.close(theirs)
        assert done.returncode == 0, f"newel {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout


def environment_of(home: Path, database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWEL_")}
    return {**kept, "NEWEL_HOME": str(home), "NEWEL_DATABASE_URL": database_url, "PYTHONWARNINGS": "ignore"}


@contextmanager
def serving(home: Path, database_url: str, *, init: tuple[str, ...] | None = ("--demo",)) -> Iterator[Site]:
    """Initialises an installation in `home` (None: it is there already) and serves it until the block ends."""
    port = _free_port()
    site = Site(f"http://127.0.0.1:{port}", home, environment_of(home, database_url))
    home.mkdir(parents=True, exist_ok=True)
    if init is not None:
        site.newel("init", *init)
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [str(NEWEL), "serve", "--port", str(port)], cwd=ROOT, env=site.environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(site, process)
            yield site
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.address}/sign-in", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, (site.home / "serve.log").read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer within a minute: " + (site.home / "serve.log").read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
