"""What was changed in a record, by whom and when: every save with the fields that its reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup

from newel.metadata.field_types.moments import local, write_time
from newel.metadata.words import word
from newel.runtime.records import history
from newel.runtime.records.work import Work
from newel.runtime.web.screens.binding import BLANK, BoundField, bind_field
from newel.runtime.web.screens.viewer import Viewer

EVENTS = {
    "created": word("created this"),
    "updated": word("changed this"),
    "deleted": word("moved this to the recycle bin"),
    "restored": word("brought this back from the recycle bin"),
    "purged": word("deleted this for good"),
}
EVENT_ICONS = {"created": "sparkles", "updated": "pencil", "deleted": "trash", "restored": "restore", "purged": "trash-x"}


class Change(NamedTuple):
    """One field before and after."""

    label: str
    before: Markup
    after: Markup


@dataclass(frozen=True)
class Save:
    """One save of a record, in its reader's words."""

    at: datetime
    who: str
    event: str
    said: str
    icon: str
    door: str
    changes: list[Change]
    clock: str


def read(work: Work, seen: Viewer, object_name: str, record_id: str, limit: int) -> list[Save]:
    found = history.of(work, object_name, record_id, limit=limit)
    return [_save(seen, object_name, each) for each in found]


def by_day(seen: Viewer, saves: list[Save]) -> list[tuple[date, list[Save]]]:
    zone = seen.locale.time_zone
    return [(on, list(group)) for on, group in groupby(saves, lambda each: each.at.astimezone(zone).date())]


def clock(seen: Viewer, at: datetime) -> str:
    """The time of day, as the viewer reads it."""
    return write_time(local(at, seen.locale.time_zone), seen.language.startswith("zh"), seconds=False)


def _save(seen: Viewer, object_name: str, entry: history.Entry) -> Save:
    who = entry["who_name"] or (seen.t("Somebody") if entry["who"] else seen.t("The system"))
    changes = [_change(bind_field(seen, object_name, each["field"]), each) for each in entry["changes"]]
    event = entry["event"]
    return Save(
        at=entry["at"],
        who=who,
        event=event,
        said=seen.t(EVENTS.get(event, event)),
        icon=EVENT_ICONS.get(event, "pencil"),
        door=entry["door"],
        changes=changes,
        clock=clock(seen, entry["at"]),
    )


def _change(field: BoundField, change: history.Change) -> Change:
    before, after = _shown(field, change["old"], change["old_title"]), _shown(field, change["new"], change["new_title"])
    return Change(field.label, before, after)


def _shown(field: BoundField, value: Any, title: Any) -> Markup:
    """The value as the record shows it; as plain text, where the field has changed its kind since."""
    if value is None or value == ():
        return BLANK
    try:
        return field.show(value, title)
    except Exception:
        return Markup("{}").format(value)
