"""What a screen says while computed fields of an object are being computed anew: which ones, and how far that is."""

from __future__ import annotations

from typing import NamedTuple

from newel.runtime.records import recomputing
from newel.runtime.web.screens.viewer import viewer


class Busy(NamedTuple):
    """The badge: its words, and the labels of the fields that may still show what they showed before."""

    said: str
    fields: str


def recalculating(object_name: str) -> Busy | None:
    """The badge for an object's screens; None where nothing that the viewer may read is being computed anew."""
    seen = viewer()
    shares = recomputing.shares(seen.installation, object_name)
    readable = seen.verdict(object_name).readable if shares else ()
    shown = {name: share for name, share in shares.items() if name in readable}
    if not shown:
        return None
    fields = seen.model.objects[object_name].fields
    labels = ", ".join(fields[name].label.say(seen.language) for name in shown)
    return Busy(seen.t("being recalculated, {percent}%", percent=int(100 * min(shown.values()))), labels)
