"""What nobody needs any more goes by itself, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from newel.runtime.records import files, housekeeping, idempotency, measuring
from newel.runtime.records.identity import password_links, sessions, signing_in
from newel.runtime.records.identity.authentication import IDLE
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.storage.system_identity import PASSWORD_LINK, SESSION
from newel.runtime.storage.system_records import FILE, IDEMPOTENCY
from tests.runtime.records.conftest import Firm

NOW = datetime.now(UTC)
TABLES = (FILE, IDEMPOTENCY, SESSION, PASSWORD_LINK)


@pytest.fixture
def house(firm: Firm) -> Firm:
    """A firm with an upload, a kept answer, a session and a link, all of now."""
    with firm.writing("rep") as work:
        files.store(work, BytesIO(b"words"), "a.txt", "text/plain")
        idempotency.once(work, "k", "x", lambda: 1)
        sessions.begin(work.connection, str(work.actor.user_id), "127.0.0.1", "a browser", work.now)
        password_links.issue(work, str(work.actor.user_id))
    return firm


def left(firm: Firm) -> list[int]:
    with firm.installation.database.reading() as connection:
        return [connection.execute(select(func.count()).select_from(each)).scalar_one() for each in TABLES]


def test_what_has_run_out_goes_and_what_has_not_stays(house: Firm) -> None:
    assert not housekeeping.clean_up(house.installation, NOW)
    assert left(house) == [1, 1, 1, 1]
    later = NOW + max(IDLE, password_links.GOOD_FOR) + timedelta(hours=1)
    assert housekeeping.clean_up(house.installation, later) == housekeeping.Swept(files=1, keys=1, rows=2)
    assert left(house) == [0, 0, 0, 0]


def test_wrong_guesses_are_told_for_half_a_year_and_sign_ins_for_ever(firm: Firm) -> None:
    with firm.installation.database.writing() as connection:
        for outcome in ("refused", "slowed", "signed_in"):
            signing_in.log(connection, "li@example.com", None, outcome, Visitor("192.0.2.1", "a browser"), NOW)
    assert not housekeeping.clean_up(firm.installation, NOW + timedelta(days=179))
    assert housekeeping.clean_up(firm.installation, NOW + timedelta(days=181)).rows == 2
    assert [each.outcome for each in signing_in.knocks(firm.installation)] == ["signed_in"]


def test_who_serves_cleans_up_once_a_day_and_not_at_once(house: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = house.installation
    assert housekeeping.tend(installation) is None
    installation.cache.clear()
    monkeypatch.setattr(housekeeping, "FIRST_AFTER", 0.0)
    monkeypatch.setattr(idempotency, "KEPT_FOR", timedelta(0))
    thread = housekeeping.tend(installation)
    assert thread is not None
    assert housekeeping.tend(installation) is None
    thread.join()
    assert left(house) == [1, 0, 1, 1]


def test_the_doctor_misses_bytes_that_are_gone(house: Firm) -> None:
    def told() -> str | None:
        return next(each.fault for each in measuring.examined(house.installation) if each.check == "files")

    assert told() is None
    next(house.installation.settings.files.glob("*/*")).unlink()
    assert "1 of them have lost their bytes" in str(told())
