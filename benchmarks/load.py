"""A bounded load on one loopback server: a few keep-alive connections, each sending its requests one after the other."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Timing:
    """Seconds a request, and the wall seconds that a block of them took."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    failed: int = 0

    def add(self, other: Timing) -> None:
        self.seconds += other.seconds
        self.wall += other.wall
        self.failed += other.failed

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall if self.wall else 0.0

    def at(self, share: float) -> float:
        """The time, in milliseconds, within which `share` of the requests were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def send(
    port: int, request: Request, headers: Mapping[str, str], connection: http.client.HTTPConnection | None = None
) -> tuple[int, bytes]:
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = None if request.body is None else json.dumps(request.body)
    kind = {"Content-Type": "application/json"} if body else {}
    connection.request(request.method, request.path, body, {**headers, **kind, **request.headers})
    answer = connection.getresponse()
    return answer.status, answer.read()


def drive(port: int, make: Callable[[int], Request], headers: Mapping[str, str], seconds: float, connections: int) -> Timing:
    """Sends what `make(n)` gives for `seconds` over `connections`; n is unique over the call."""
    counter = itertools.count()
    lock = threading.Lock()
    timing = Timing()
    started = time.perf_counter()
    stop = started + seconds

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine: list[float] = []
        failed = 0
        while time.perf_counter() < stop:
            request = make(next(counter))
            begun = time.perf_counter()
            status, _ = send(port, request, headers, connection)
            mine.append(time.perf_counter() - begun)
            failed += status >= 400
        connection.close()
        with lock:
            timing.seconds += mine
            timing.failed += failed

    threads = [threading.Thread(target=one) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timing.wall = time.perf_counter() - started
    return timing
