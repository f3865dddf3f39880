"""Files: taken in within bounds, given out with the rights of the record that holds them, gone with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from newel.runtime.records import files, saving
from newel.runtime.records.errors import Forbidden, Invalid, NotFound
from newel.runtime.records.files import File
from tests.runtime.records.conftest import Firm


def upload(firm: Firm, who: str, name: str = "a.txt", body: bytes = b"hello") -> File:
    with firm.writing(who) as work:
        return files.store(work, BytesIO(body), name, "text/plain")


def stored(firm: Firm) -> list[Path]:
    return [path for path in (firm.installation.settings.home / "files").rglob("*") if path.is_file()]


def test_an_upload_is_its_owners_until_a_record_holds_it(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    file = upload(firm, "rep")
    assert (file.size, len(file.sha256)) == (5, 64)
    firm.actor("boss")
    with pytest.raises(NotFound), firm.reading("boss") as work:
        files.get(work, file.id)
    with pytest.raises(NotFound), firm.writing("boss") as work:
        files.attach(work, "account", account.id, file.id)
    with firm.writing("rep") as work:
        files.attach(work, "account", account.id, file.id)
    with firm.reading("boss") as work:
        assert [each.name for each in files.of(work, "account", account.id)] == ["a.txt"]
        found, stream = files.open_file(work, file.id)
        with stream:
            assert stream.read() == b"hello"
        assert found.record == account.id


def test_a_file_is_read_with_the_rights_of_its_record(firm: Firm) -> None:
    account = firm.create("boss", "account", name="W", region="west")
    file = upload(firm, "boss")
    with firm.writing("boss") as work:
        files.attach(work, "account", account.id, file.id)
    firm.actor("eastern")
    with pytest.raises(NotFound), firm.reading("eastern") as work:
        files.open_file(work, file.id)
    with pytest.raises(NotFound), firm.reading("eastern") as work:
        files.of(work, "account", account.id)
    firm.actor("rep")
    with pytest.raises(Forbidden), firm.writing("rep") as work:
        files.delete(work, file.id)


def test_a_file_field_holds_one_upload_and_lets_the_old_one_go(firm: Firm) -> None:
    first, second = upload(firm, "rep"), upload(firm, "rep", "b.txt")
    task = firm.create("rep", "task", subject="t", paper=first.id)
    with firm.reading("rep") as work:
        assert [(each.name, each.field) for each in files.of(work, "task", task.id)] == [("a.txt", "paper")]
    with pytest.raises(Forbidden), firm.writing("rep") as work:
        files.delete(work, first.id)
    firm.update("rep", task, paper=second.id)
    assert len(stored(firm)) == 1
    with pytest.raises(NotFound), firm.reading("rep") as work:
        files.get(work, first.id)
    firm.update("rep", task, paper=None)
    assert stored(firm) == []


def test_nobody_puts_the_file_of_another_record_or_person_into_a_field(firm: Firm) -> None:
    theirs, mine = upload(firm, "boss"), upload(firm, "rep")
    firm.create("rep", "task", subject="t", paper=mine.id)
    for file_id in (theirs.id, mine.id, "01a20001-8fcd-7100-9c21-a870e091c961"):
        with pytest.raises(Invalid) as caught:
            firm.create("rep", "task", subject="u", paper=file_id)
        assert [(each.field, each.code) for each in caught.value.problems] == [("paper", "unknown_file")]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c.txt", "\x00\n.txt", "..", "", "报告 2026.pdf", "x" * 500 + ".pdf"])
def test_a_hostile_name_is_only_ever_a_name(firm: Firm, name: str) -> None:
    file = upload(firm, "rep", name)
    assert file.name
    assert len(file.name) <= 255
    assert not set(file.name) & set("/\\\x00\n")
    (path,) = stored(firm)
    assert path.resolve().is_relative_to((firm.installation.settings.home / "files").resolve())
    assert path.name.isalnum()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_too_large_or_of_a_bad_kind_is_refused_and_leaves_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MEGABYTE", 10)
    with pytest.raises(Invalid) as caught:
        upload(firm, "rep", body=b"x" * 201)
    assert caught.value.problems[0].code == "file_size"
    with pytest.raises(Invalid) as caught:
        upload(firm, "rep", "setup.EXE")
    assert caught.value.problems[0].code == "file_kind"
    assert stored(firm) == []


def test_files_go_when_their_record_is_purged(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    file = upload(firm, "rep")
    with firm.writing("rep") as work:
        files.attach(work, "account", account.id, file.id)
    firm.delete("rep", account)
    assert len(stored(firm)) == 1
    with firm.writing("rep") as work:
        saving.purge(work, "account", account.id)
    assert stored(firm) == []


def test_cleaning_up_removes_what_nobody_used_and_bytes_without_a_row(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    kept, unused = upload(firm, "rep"), upload(firm, "rep", "b.txt")
    with firm.writing("rep") as work:
        files.attach(work, "account", account.id, kept.id)
    orphan = stored(firm)[0].parent / ("0" * 32)
    orphan.write_bytes(b"left behind")
    old = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(orphan, (old, old))
    assert files.clean_up(firm.installation, datetime.now(UTC)) == 1
    assert files.clean_up(firm.installation, datetime.now(UTC) + timedelta(days=2)) == 1
    assert len(stored(firm)) == 1
    with pytest.raises(NotFound), firm.reading("rep") as work:
        files.get(work, unused.id)
