"""Boards: a list laid out by a choice field. Counts and sums come from one statement, cards column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from newel.metadata.field_types.moments import local
from newel.metadata.field_types.values import Money
from newel.metadata.model import View
from newel.runtime.records import Work, finding, reading
from newel.runtime.records.errors import Invalid, NotFound
from newel.runtime.records.record import Page, Record
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundField, Column, bind_column, bind_field
from newel.runtime.web.screens.colors import color_class
from newel.runtime.web.screens.viewer import viewer

if TYPE_CHECKING:
    from newel.runtime.web.screens.lists import BoundList

screen = Blueprint("boards", __name__)
PER_COLUMN = 20
READ_AT_ONCE = 6  # columns that come with the page; the others when they are scrolled to
FACTS = 3
NO_VALUE = "-"  # the address of the column of blanks


@dataclass(frozen=True)
class Card:
    """One record on the board: its name, some facts, who has it, and when it is due."""

    record: Record
    title: str
    facts: tuple[tuple[str, Markup, bool], ...]  # label, value, whether it is a number
    owner: str
    due: Any = None
    is_overdue: bool = False
    may_move: bool = False

    @property
    def url(self) -> str:
        return addresses.record(self.record.object, self.record.id)

    @property
    def move_url(self) -> str:
        return f"{self.url}/move"


@dataclass
class Lane:
    """One column of the board."""

    key: str
    label: str
    color: str
    closed: bool
    count: int = 0
    sums: tuple[str, ...] = ()  # of money one a currency
    cards: Sequence[Card] = field(default_factory=tuple)
    more_url: str | None = None


@dataclass(frozen=True)
class Board:
    """The board of one view, bound to its list's state."""

    shown: BoundList
    group: BoundField
    sum: BoundField | None
    facts: tuple[Column, ...]
    due: Column | None
    owner: Column | None

    @property
    def may_move(self) -> bool:
        """Whether the viewer may change what the columns stand for; nobody may, where it is computed."""
        return self.group.name in self.shown.viewer.verdict(self.shown.object.name).writable

    @property
    def paths(self) -> list[str]:
        """What a card needs of its record."""
        shown = (self.shown.columns[0], *self.facts, *(each for each in (self.due, self.owner) if each))
        return list(dict.fromkeys([*(column.path for column in shown), self.group.name]))

    def lanes(self) -> list[Lane]:
        """The columns in the order of the options; blanks last, where there are any."""
        options = self.group.options.items()
        return [Lane(key, self.group.option_label(key), color_class(each.color), each.closed) for key, each in options]

    def read(self, work: Work) -> list[Lane]:
        """Every column with its count and sum, and the first of them with their cards."""
        lanes = self.totals(work)
        for number, lane in enumerate(lanes):
            if lane.count and number < READ_AT_ONCE:
                self.fill(work, lane)
            elif lane.count:
                lane.more_url = self.lane_url(lane.key)
        return lanes

    def totals(self, work: Work) -> list[Lane]:
        """Every column with its count and sum, from one statement."""
        lanes = {lane.key: lane for lane in self.lanes()}
        for key, count, amount in self._measured(work):
            if key not in lanes and count:
                lanes[key] = Lane(key, self.shown.viewer.t("(none)"), "c-gray", False)
            if key in lanes:
                lanes[key].count += count
                lanes[key].sums += (amount,) if amount else ()
        return list(lanes.values())

    def _measured(self, work: Work) -> Iterator[tuple[str, int, str]]:
        """Key, count and sum of every column; of one with several currencies once for each, the greatest sum first."""
        measures = ["count()", *([f"sum({self.sum.name})"] if self.sum else [])]
        is_money = self.sum is not None and self.sum.type.expression_type == "money"
        keys = [self.group.name, *([f"currency({self.sum.name})"] if self.sum and is_money else [])]
        groups = finding.aggregate(work, self.shown.object.name, group=keys, measures=measures, filter=self.shown.filter)
        for each in sorted(groups, key=lambda each: _rank(each.measures.get(measures[-1])), reverse=True):
            key = each.keys[self.group.name] or NO_VALUE
            yield key, int(each.measures["count()"]), self._said(each.measures.get(measures[-1])) if self.sum else ""

    def _said(self, total: Any) -> str:
        """A sum as people read it, to the unit."""
        if self.sum is None or total is None:
            return ""
        amount = (total.amount if isinstance(total, Money) else Decimal(total)).quantize(Decimal(1))
        if isinstance(total, Money):
            return self.sum.text(Money(amount, total.currency)).removesuffix(".00")
        return self.sum.text(total if isinstance(total, int) else amount)

    def fill(self, work: Work, lane: Lane, cursor: str | None = None) -> Lane:
        """Reads the next cards of one column."""
        page = self._page(work, lane.key, cursor)
        lane.cards = [self.card(record, lane) for record in page.records]
        lane.more_url = self.lane_url(lane.key, page.next_cursor) if page.next_cursor else None
        return lane

    def _page(self, work: Work, key: str, cursor: str | None) -> Page:
        return finding.find(
            work,
            self.shown.object.name,
            filter=self.shown.filter,
            where={self.group.name: None if key == NO_VALUE else key},
            sort=self.shown.sort,
            fields=self.paths,
            limit=PER_COLUMN,
            cursor=cursor,
        )

    def card(self, record: Record, lane: Lane) -> Card:
        title = self.shown.columns[0].text(record)
        known = (column for column in self.facts if record.get(column.path) is not None)
        due = record.get(self.due.path) if self.due else None
        owner = self.owner.text(record) if self.owner else ""
        return Card(
            record,
            title,
            tuple((column.label, column.cell(record), column.is_number) for column in known),
            owner,
            due,
            bool(due) and not lane.closed and _day(due, self.shown) < self.shown.viewer.today,
            record.may.update and self.may_move,
        )

    def lane_url(self, key: str, cursor: str | None = None) -> str:
        state = self.shown.state
        return state.url(cursor=cursor or "").replace(f"/o/{state.object}", f"/o/{state.object}/lane/{key}", 1)


def bind_board(bound: BoundList) -> Board:
    """The board of the list's view. NotFound where the viewer may not read the field that makes its columns."""
    seen, view = bound.viewer, bound.view
    readable = seen.verdict(bound.object.name).readable
    if view.group_by not in readable or view.group_by is None:
        raise NotFound(bound.object.name)
    group = bind_field(seen, bound.object.name, view.group_by)
    total = bind_field(seen, bound.object.name, view.sum) if view.sum and view.sum in readable else None
    due = _due(bound, view)
    facts = [each for each in bound.columns[1:] if each.path not in (view.group_by, "owner") and each != due]
    return Board(bound, group, total, tuple(facts[:FACTS]), due, bind_column(seen, bound.object.name, "owner"))


def _rank(total: Any) -> Decimal:
    return Decimal(0) if total is None else total.amount if isinstance(total, Money) else Decimal(total)


def _due(bound: BoundList, view: View) -> Column | None:
    """When a card is due: the activity's moment, else the first date among the view's columns."""
    activity = bound.object.object.activity
    if activity and activity.when:
        return bind_column(bound.viewer, bound.object.name, activity.when)
    own = (each for each in bound.columns if "." not in each.path and each.field.field.type in ("date", "datetime"))
    return next((each for each in own if not each.field.field.system), None)


def _day(moment: Any, bound: BoundList) -> Any:
    return local(moment, bound.viewer.locale.time_zone).date() if hasattr(moment, "astimezone") else moment


def show(bound: BoundList) -> Response:
    """The board as a page, or as the part that htmx swaps."""
    board = bind_board(bound)
    problems: Sequence[Any] = ()
    lanes: list[Lane] = []
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        try:
            lanes = board.read(work)
        except Invalid as error:
            problems = error.problems
    template = "parts/board.html" if answers.wants_fragment() else "pages/board.html"
    said = [each.say(bound.viewer.language) for each in problems]
    return answers.page(template, 422 if problems else 200, list=bound, board=board, lanes=lanes, problems=said)


@screen.get("/o/<object_name>/lane/<key>")
def lane(object_name: str, key: str) -> Response:
    """More cards of one column, as it is scrolled."""
    from newel.runtime.web.screens.lists import bind_list

    bound = bind_list(viewer(), object_name)
    board = bind_board(bound)
    if not key.isprintable():
        raise NotFound(object_name)
    wanted = next((each for each in board.lanes() if each.key == key), Lane(key, "", "c-gray", False))
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        board.fill(work, wanted, request.args.get("cursor") or None)
    return answers.page("parts/cards.html", list=bound, board=board, lane=wanted)
