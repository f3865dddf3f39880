"""Files: stored under keys of our own, handed out only to who may read the record (and the field) that holds them.

An upload belongs to who sent it until a record holds it. Bytes are written before the row, and removed after the row is gone, so
that a crash leaves at most an orphan, which `clean_up` finds.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import IO, TYPE_CHECKING, Any
from unicodedata import category, normalize

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy import delete as sql_delete

from newel.metadata.model import Field, Object
from newel.metadata.words import word
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, NotFound
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.ids import is_id, new_id
from newel.runtime.records.loading import load, load_seen
from newel.runtime.records.statements import prepared
from newel.runtime.storage.system_records import FILE

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

MEGABYTE = 1024 * 1024
LARGEST = 20  # megabytes, where neither the field nor the settings say otherwise
PIECE = 256 * 1024
UNCLAIMED_FOR = timedelta(days=1)
REFUSED_ENDINGS = frozenset({"exe", "dll", "bat", "cmd", "com", "scr", "msi", "vbs", "ps1", "jar", "hta", "lnk"})
MOST_OF_A_RECORD = 500
HOLDS_FILES = ("file", "image")
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a stored file."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    object: str | None
    record: str | None
    field: str | None
    created_at: datetime
    created_by: str | None


COLUMNS = (
    FILE.c.id,
    FILE.c.name,
    FILE.c.type,
    FILE.c.size,
    FILE.c.sha256,
    FILE.c.object,
    FILE.c.record,
    FILE.c.field,
    FILE.c.created_at,
    FILE.c.created_by,
)


def store(work: Work, stream: IO[bytes], name: str, media_type: str, *, field: Field | None = None) -> File:
    """Takes an upload in, piece by piece. It belongs to the actor until a record holds it (`attach`, or a file field)."""
    name = _tidy_name(name)
    media_type = _tidy_type(media_type)
    _refuse_kind(name, media_type, field)
    limit = _limit(work.installation, field)
    key = f"{work.now:%Y%m}/{token_hex(16)}"
    size, digest = _write(_path(work.installation, key), stream, limit)
    made = File(new_id(), name, media_type, size, digest, None, None, None, work.now, work.actor.user_id)
    values = {column.name: getattr(made, column.name) for column in COLUMNS} | {"key": key, "deleted_at": None}
    statement = prepared(work, ("file in",), lambda: insert(FILE).values({each.name: bindparam(each.name) for each in FILE.c}))
    statement.run(work, values)
    return made


def refuse_all(work: Work) -> None:
    """Raises Forbidden where the actor may put a file into no field of any record: nothing is taken in for nobody's use."""
    for target in work.model.objects.values():
        judged = verdict(work.installation, work.actor, target.name)
        if any(target.fields[name].type in HOLDS_FILES for name in judged.creatable | judged.writable):
            return
    raise Forbidden(word("You may not send in files."))


def refuse_to(work: Work, object_name: str, record_id: str) -> Object:
    """Raises NotFound or Forbidden where the actor may not add files to a record; asked before anything is taken in."""
    target = _with_files(work, object_name)
    _may_change(work, target, record_id)
    return target


def attach(work: Work, object_name: str, record_id: str, file_id: str) -> File:
    """Adds an upload to the files of a record; who may update the record may do that."""
    target = refuse_to(work, object_name, record_id)
    file = _mine(work, file_id)
    if file is None:
        raise NotFound("nw_file", file_id)
    _hold(work, target.name, record_id.lower(), None, file.id)
    found = _find(work, file.id)
    if found is None:
        raise NotFound("nw_file", file_id)
    return found


def of(work: Work, object_name: str, record_id: str) -> list[File]:
    """The files of a record: its attachments, and those of its file fields that the actor may read."""
    shown = load_seen(work, object_name, record_id)
    statement = prepared(work, ("files of",), _of)
    rows = statement.read(work, {"nw_record": record_id.lower()})
    return [file for file in (File(*row) for row in rows) if file.field is None or file.field in shown]


def _of() -> Any:
    mine = and_(FILE.c.record == bindparam("nw_record", type_=FILE.c.record.type), FILE.c.deleted_at.is_(None))
    return select(*COLUMNS).where(mine).order_by(FILE.c.id).limit(MOST_OF_A_RECORD)


def get(work: Work, file_id: str) -> File:
    """One file, if the actor may read the record and field that hold it, or has just uploaded it; else NotFound."""
    file = _find(work, file_id)
    if file is None:
        raise NotFound("nw_file", file_id)
    if file.record is None or file.object is None:
        if work.actor.system is None and file.created_by != work.actor.user_id:
            raise NotFound("nw_file", file_id)
        return file
    if file.object not in work.model.objects:
        raise NotFound("nw_file", file_id)
    shown = load_seen(work, file.object, file.record)
    if file.field is not None and file.field not in shown:
        raise NotFound("nw_file", file_id)
    return file


def open_file(work: Work, file_id: str) -> tuple[File, IO[bytes]]:
    """A file and its bytes, for who may read it; the caller closes the stream."""
    file = get(work, file_id)
    try:
        return file, _path(work.installation, _key(work, file.id)).open("rb")
    except FileNotFoundError:
        raise NotFound("nw_file", file_id) from None


def delete(work: Work, file_id: str) -> None:
    """Removes an attachment, by who may update its record, or an upload by who sent it. A field's file goes with the field."""
    file = get(work, file_id)
    if file.record is not None and file.object is not None:
        if file.field is not None:
            raise Forbidden(word("Empty the field to remove its file."))
        _may_change(work, work.model.objects[file.object], file.record)
    _drop(work, [file.id])


def drop_all(work: Work, records: Sequence[str]) -> None:
    """Removes every file of records that are purged."""
    ids = prepared(work, ("files of many",), lambda: select(FILE.c.id).where(within(FILE.c.record, "nw_ids", work.dialect)))
    found = [row[0] for row in ids.read(work, {"nw_ids": listed(records, work.dialect)})]
    if found:
        _drop(work, found)


def claimable(work: Work, target: Object, field: Field, record_id: str, file_id: str) -> FieldProblem | None:
    """Why the record's field can't hold this file; None where it can. Held elsewhere and unknown are one answer."""
    file = _find(work, file_id)
    held_here = file is not None and (file.object, file.record, file.field) == (target.name, record_id, field.name)
    fresh = file is not None and file.record is None and (work.actor.system or file.created_by == work.actor.user_id)
    if file is None or not (held_here or fresh):
        return FieldProblem(field.name, "unknown_file", "There is no such upload.")
    try:
        _refuse_kind(file.name, file.type, field)
        _refuse_size(file.size, _limit(work.installation, field))
    except Invalid as error:
        return FieldProblem(field.name, error.problems[0].code, error.problems[0].message, error.problems[0].params)
    return None


def claim(work: Work, target: Object, field: Field, record_id: str, file_id: str | None) -> None:
    """The record's field now holds this file, and no longer the one that it held before."""
    held = prepared(work, ("file field",), _held).read(work, {"nw_record": record_id, "nw_field": field.name})
    gone = [row[0] for row in held if row[0] != file_id]
    if gone:
        _drop(work, gone)
    if file_id is not None:
        _hold(work, target.name, record_id, field.name, file_id)


def _held() -> Any:
    mine = and_(FILE.c.record == bindparam("nw_record", type_=FILE.c.record.type), FILE.c.field == bindparam("nw_field"))
    return select(FILE.c.id).where(mine, FILE.c.deleted_at.is_(None))


def clean_up(installation: Installation, now: datetime) -> int:
    """Removes uploads that nobody used for a day, and bytes whose row is gone; says how many files went."""
    from newel.runtime.records.actors import as_system
    from newel.runtime.records.work import writing

    with writing(installation, as_system(installation, "clean up files"), now) as work:
        old = select(FILE.c.id).where(FILE.c.record.is_(None), FILE.c.created_at < now - UNCLAIMED_FOR)
        ids = [row[0] for row in work.connection.execute(old)]
        if ids:
            _drop(work, ids)
    return len(ids) + _remove_orphans(installation, _keys(installation), now)


def counted(installation: Installation) -> tuple[int, int]:
    """How many files there are, and how many of them have lost their bytes."""
    keys = _keys(installation)
    return len(keys), sum(not _path(installation, key).exists() for key in keys)


def _keys(installation: Installation) -> set[str]:
    with installation.database.reading() as connection:
        return set(connection.execute(select(FILE.c.key).where(FILE.c.deleted_at.is_(None))).scalars())


def _remove_orphans(installation: Installation, known: set[str], now: datetime) -> int:
    """Bytes without a row that are older than any upload under way."""
    root, gone = _root(installation), 0
    for path in root.glob("*/*") if root.exists() else ():
        if f"{path.parent.name}/{path.name}" not in known and path.stat().st_mtime < (now - UNCLAIMED_FOR).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _find(work: Work, file_id: str) -> File | None:
    if not isinstance(file_id, str) or not is_id(file_id.lower()):
        return None
    row = prepared(work, ("file",), lambda: _one(COLUMNS)).one(work, {"nw_id": file_id.lower()})
    return File(*row) if row else None


def _key(work: Work, file_id: str) -> str:
    row = prepared(work, ("file key",), lambda: _one((FILE.c.key,))).one(work, {"nw_id": file_id})
    return str(row[0]) if row else ""


def _one(columns: Iterable[Any]) -> Any:
    return select(*columns).where(FILE.c.id == bindparam("nw_id", type_=FILE.c.id.type), FILE.c.deleted_at.is_(None))


def _mine(work: Work, file_id: str) -> File | None:
    """An upload of the actor's own that no record holds yet."""
    file = _find(work, file_id)
    if file is None or file.record is not None:
        return None
    return file if work.actor.system or file.created_by == work.actor.user_id else None


def _hold(work: Work, object_name: str, record_id: str, field_name: str | None, file_id: str) -> None:
    values = {name: bindparam(f"to_{name}") for name in ("object", "field")} | {
        "record": bindparam("to_record", type_=FILE.c.record.type)
    }
    same = FILE.c.id == bindparam("nw_id", type_=FILE.c.id.type)
    statement = prepared(work, ("file hold",), lambda: update(FILE).where(same).values(values))
    statement.run(work, {"to_object": object_name, "to_record": record_id, "to_field": field_name, "nw_id": file_id})


def _drop(work: Work, ids: Sequence[str]) -> None:
    """The rows go now, the bytes once that is certain."""
    given = {"nw_ids": listed(ids, work.dialect)}
    keys = prepared(work, ("file keys",), lambda: select(FILE.c.key).where(within(FILE.c.id, "nw_ids", work.dialect)))
    paths = [_path(work.installation, row[0]) for row in keys.read(work, given)]
    prepared(work, ("file out",), lambda: sql_delete(FILE).where(within(FILE.c.id, "nw_ids", work.dialect))).run(work, given)

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    work.after_commit(remove)


def _with_files(work: Work, object_name: str) -> Object:
    target = work.model.objects.get(object_name)
    if target is None or not verdict(work.installation, work.actor, object_name).read:
        raise NotFound(object_name)
    if not target.files:
        raise Forbidden(word("Records of this kind hold no files."))
    return target


def _may_change(work: Work, target: Object, record_id: str) -> None:
    if not verdict(work.installation, work.actor, target.name).read:
        raise NotFound(target.name, record_id)
    if not any(load(work, target.name, record_id).updates):
        raise Forbidden(word("You may not change this record."))


def _tidy_name(name: str) -> str:
    """The last part of the name, without control characters, as people read it."""
    last = re.split(r"[/\\]", normalize("NFC", name))[-1]
    tidy = "".join(each for each in last if category(each)[0] != "C").strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    return (tidy if len(tidy) <= 200 else f"{(stem or tidy)[:180]}{dot}{ending[:19]}") or "file"


def _tidy_type(media_type: str) -> str:
    plain = media_type.partition(";")[0].strip().lower()
    return plain if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,100}", plain) else "application/octet-stream"


def _refuse_kind(name: str, media_type: str, field: Field | None) -> None:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in REFUSED_ENDINGS:
        raise Invalid([FieldProblem(None, "file_kind", "Files of this kind are not taken.")])
    if field is not None and field.type == "image" and media_type not in IMAGES:
        raise Invalid([FieldProblem(field.name, "file_kind", "Files of this kind are not taken.")])
    wanted: Sequence[str] = field.options.get("accept", ()) if field is not None else ()
    if wanted and not any(_is_of(each, ending, media_type) for each in wanted):
        raise Invalid([FieldProblem(field.name if field else None, "file_kind", "Files of this kind are not taken.")])


def _is_of(wanted: str, ending: str, media_type: str) -> bool:
    if wanted.startswith("."):
        return wanted[1:] == ending
    return media_type == wanted or (wanted.endswith("/*") and media_type.startswith(wanted[:-1]))


def _limit(installation: Installation, field: Field | None) -> int:
    said = field.options.get("max_size") if field is not None else None
    return int(said or getattr(installation.settings, "largest_file", None) or LARGEST) * MEGABYTE


def _refuse_size(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid([FieldProblem(None, "file_size", "A file may have at most {limit} MB.", {"limit": limit // MEGABYTE})])


def _write(path: Path, stream: IO[bytes], limit: int) -> tuple[int, str]:
    """Copies the stream to a new file of our own, and refuses it whole as soon as it is too large."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size, digest = 0, hashlib.sha256()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in _pieces(stream):
                size += len(piece)
                _refuse_size(size, limit)
                digest.update(piece)
                out.write(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _root(installation: Installation) -> Path:
    return Path(installation.settings.home) / "files"


def _path(installation: Installation, key: str) -> Path:
    """Keys are ours alone; one that is not of our making leads nowhere."""
    if not re.fullmatch(r"[0-9]{6}/[0-9a-f]{32}", key):
        raise FileNotFoundError(key)
    return _root(installation) / key
