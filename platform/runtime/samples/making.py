"""Makes the values of drafts out of recipes: one function a recipe. Pure; chance comes from one seeded stream a sample."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from newel.metadata.model import USER_OBJECT, Field, Model
from newel.metadata.sample_recipes import recipe_of
from newel.metadata.samples import PLACEHOLDER, Stock, list_columns
from newel.runtime.samples.drafts import Draft, Ref

CENT = Decimal("0.01")
ATTEMPTS = 40


@dataclass(frozen=True, slots=True)
class Day:
    """The day from which dates count, and the time zone in which people keep office hours."""

    today: date
    time_zone: tzinfo


@dataclass
class Studio:
    """What all samples of one run share: the drafts made so far, and the values that must stay unique."""

    model: Model
    stock: Stock
    day: Day
    drafts: dict[str, list[Draft]] = field(default_factory=dict)
    by_key: dict[Ref, Draft] = field(default_factory=dict)
    taken: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    indexes: dict[tuple[str, tuple[str, ...]], tuple[int, dict[tuple[Any, ...], list[Draft]]]] = field(default_factory=dict)

    def keep(self, draft: Draft) -> None:
        self.drafts.setdefault(draft.object, []).append(draft)
        self.by_key[Ref(draft.object, draft.key)] = draft

    def matching(self, object_name: str, where: Mapping[str, Any]) -> Sequence[Draft]:
        """The drafts of an object whose values equal those of `where`."""
        made = self.drafts.get(object_name, [])
        if not where:
            return made
        names = tuple(where)
        size, index = self.indexes.get((object_name, names), (-1, {}))
        if size != len(made):
            index = {}
            for draft in made:
                index.setdefault(tuple(part_of(draft, name) for name in names), []).append(draft)
            self.indexes[(object_name, names)] = (len(made), index)
        return index.get(tuple(where.values()), [])

    def follow(self, value: Any, path: Sequence[str]) -> Any:
        """Walks from a value along a path: through references to other drafts, and into the columns of a picked row."""
        for name in path:
            if isinstance(value, Ref):
                value = self.by_key.get(value)
            if isinstance(value, Draft):
                value = part_of(value, name)
            elif isinstance(value, Mapping):
                value = value.get(name)
            else:
                return None
        return value


def part_of(draft: Draft, name: str) -> Any:
    """What a path may take from a draft: its parts, its fields, its variant and number, the record above a row."""
    if name in draft.parts:
        return draft.parts[name]
    if name in draft.values:
        return draft.values[name]
    return {"n": draft.number, "variant": draft.variant, "above": draft.above}.get(name)


@dataclass
class Maker:
    """Makes the values of one sample."""

    studio: Studio
    layer: str
    chance: random.Random

    def fill(self, draft: Draft, values: Mapping[str, Any]) -> None:
        """Sets fields in order, so that a recipe may look at those above it."""
        fields = self.studio.model.objects[draft.object].fields
        for name, value in values.items():
            draft.values[name] = self.value(value, draft, fields.get(name))

    def fill_parts(self, draft: Draft, parts: Mapping[str, Any]) -> None:
        for name, value in parts.items():
            draft.parts[name] = self.value(value, draft, None)

    def value(self, value: Any, draft: Draft, of: Field | None) -> Any:
        """The value that a recipe makes; any other value is itself, where "@key" becomes a reference if the field is one."""
        recipe = recipe_of(value)
        if recipe is None:
            if isinstance(value, Mapping):
                return {key: self.value(each, draft, None) for key, each in value.items()}
            return self._referred(value, of)
        if value.get("blank") and self.chance.randrange(100) < value["blank"]:
            return None
        if value.get("unique") and of is not None:
            return self._unique(recipe, value, draft, of)
        return self._referred(_MAKERS[recipe](self, value, draft, of), of)

    def span(self, span: Any) -> int:
        """A whole number out of [from, to], or the number itself."""
        return span if isinstance(span, int) else self.chance.randint(span[0], span[1])

    def path(self, path: str, draft: Draft) -> Any:
        first, *rest = path.split(".")
        return self.studio.follow(part_of(draft, first), rest)

    def _unique(self, recipe: str, value: Mapping[str, Any], draft: Draft, of: Field) -> Any:
        within = "/".join(str(self.path(path, draft)) for path in value.get("within", ()))
        taken = self.studio.taken.setdefault((draft.object, of.name, within), set())
        made = None
        for _ in range(ATTEMPTS):
            made = _MAKERS[recipe](self, value, draft, of)
            if str(made) not in taken:
                break
        else:
            made = f"{made} {draft.number}" if isinstance(made, str) else None
        taken.add(str(made))
        return self._referred(made, of)

    def _referred(self, value: Any, of: Field | None) -> Any:
        if of is None or not (of.is_reference or of.type in ("many_to_many", "team")):
            return value
        if isinstance(value, list):
            return [self._referred(each, of) for each in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        targets = of.to or (USER_OBJECT,)
        refs = [Ref(target, value[1:]) for target in targets]
        return next((ref for ref in refs if ref.key in self.studio.stock.keys.get(ref.object, ())), refs[0])

    def _list(self, given: Any) -> list[Any]:
        if not isinstance(given, str):
            return list(given)
        values = self.studio.stock.find_list(self.layer, given)
        columns = list_columns(values)
        return [dict(zip(columns, row, strict=True)) for row in values["rows"]] if columns else list(values)

    def _pick(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return self.chance.choice(self._list(recipe["pick"]))

    def _some(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        values = self._list(recipe["some"])
        return self.chance.sample(values, min(self.span(recipe["count"]), len(values)))

    def _weights(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return self.weighed(recipe["weights"])

    def weighed(self, weights: Mapping[str, float]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _text(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return PLACEHOLDER.sub(lambda match: self._placeholder(draft, *match.groups()), recipe["text"])

    def _placeholder(self, draft: Draft, path: str, filter_name: str | None, width: str | None) -> str:
        first, *rest = path.split(".")
        known = first in draft.parts or first in draft.values or first in ("n", "variant", "above")
        if known or self.studio.stock.find_list(self.layer, first) is None:
            value = self.path(path, draft)
        else:
            value = self.studio.follow(self.chance.choice(self._list(first)), rest)
        text = "" if value is None else str(value)
        if filter_name:
            text = {"lower": text.lower, "upper": text.upper, "title": text.title}[filter_name]()
        return text.zfill(int(width)) if width else text

    def _number(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        low, high = recipe["number"]
        step = recipe.get("step", 1)
        if recipe.get("spread") == "wide":
            low_log, high_log = math.log(max(low, 1)), math.log(max(high, 1))
            drawn = round(math.exp(self.chance.uniform(low_log, high_log)))
        else:
            drawn = self.chance.randint(low, high)
        number = min(max(round(drawn / step) * step, low), high)
        return str(Decimal(number).scaleb(-recipe["scale"])) if "scale" in recipe else number

    def _chance(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return self.chance.randrange(100) < recipe["chance"]

    def _days(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        drawn = self.span(recipe["days"])
        hour, quarter = self._office_hour(recipe)
        start = self.studio.day.today
        if "from" in recipe:
            base = self._day_of(self.path(recipe["from"], draft))
            if base is None:
                return None
            start = base
        found = _workday(start + timedelta(drawn), forward=drawn >= 0) if recipe.get("workdays") else start + timedelta(drawn)
        if "latest" in recipe:
            found = min(found, self.studio.day.today + timedelta(recipe["latest"]))
        if hour is None:
            return found.isoformat()
        local = datetime.combine(found, time(hour, quarter), self.studio.day.time_zone)
        return _moment(local)

    def _office_hour(self, recipe: Mapping[str, Any]) -> tuple[int | None, int]:
        if "hours" not in recipe:
            return None, 0
        first, last = recipe["hours"]
        return self.chance.randint(first, max(first, last - 1)), self.chance.choice((0, 15, 30, 45))

    def _day_of(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return None
        if "T" in value:
            return _parsed(value).astimezone(self.studio.day.time_zone).date()
        return date.fromisoformat(value)

    def _minutes(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        step = recipe.get("step", 1)
        drawn = round(self.span(recipe["minutes"]) / step) * step
        start = self.path(recipe["from"], draft)
        return _moment(_parsed(start) + timedelta(minutes=drawn)) if isinstance(start, str) else None

    def _seconds(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        step = recipe.get("step", 1)
        return round(self.span(recipe["seconds"]) / step) * step

    def _reference(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        where = {name: self.value(each, draft, None) for name, each in recipe.get("where", {}).items()}
        found = [each for each in self.studio.matching(recipe["reference"], where) if each is not draft]
        if "count" in recipe:
            chosen = self.chance.sample(found, min(self.span(recipe["count"]), len(found)))
            return [Ref(each.object, each.key) for each in chosen]
        if not found:
            return None
        one = self.chance.choice(found)
        return Ref(one.object, one.key)

    def _copy(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return self.path(recipe["copy"], draft)

    def _by(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        decider = self.path(recipe["by"], draft)
        key = str(decider).lower() if isinstance(decider, bool) else str(decider)
        chosen = recipe["is"].get(key, recipe.get("else"))
        return self.value(chosen, draft, of)

    def _multiply(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        return str(_product(recipe, lambda path: self.path(path, draft)))

    def _sum(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        lines, _, name = recipe["sum"].partition(".")
        rows = draft.values.get(lines) or []
        summed = {**recipe, "multiply": recipe.get("multiply", [name])}
        return str(sum((_product(summed, row.get) for row in rows), Decimal(0))) if rows else None

    def _rows(self, recipe: Mapping[str, Any], draft: Draft, of: Field | None) -> Any:
        child = of.of if of else None
        rows = []
        for number in range(1, self.span(recipe["rows"]) + 1):
            row = Draft(child or "", f"{draft.key}_{number}", variant=draft.variant, number=number, above=draft)
            self.fill_parts(row, recipe.get("parts", {}))
            self.fill(row, recipe["fields"])
            rows.append(row.values)
        return rows


_MAKERS: Mapping[str, Callable[[Maker, Mapping[str, Any], Draft, Field | None], Any]] = {
    "pick": Maker._pick,
    "some": Maker._some,
    "weights": Maker._weights,
    "text": Maker._text,
    "number": Maker._number,
    "chance": Maker._chance,
    "days": Maker._days,
    "minutes": Maker._minutes,
    "seconds": Maker._seconds,
    "reference": Maker._reference,
    "copy": Maker._copy,
    "by": Maker._by,
    "multiply": Maker._multiply,
    "sum": Maker._sum,
    "rows": Maker._rows,
}


def _product(recipe: Mapping[str, Any], value_of: Callable[[str], Any]) -> Decimal:
    """The product of numbers, less a percentage, to the cent."""
    product = Decimal(1)
    for path in recipe["multiply"]:
        product *= _number(value_of(path))
    less = _number(value_of(recipe["less"])) if "less" in recipe else Decimal(0)
    return (product * (100 - less) / 100).quantize(CENT, ROUND_HALF_UP)


def _number(value: Any) -> Decimal:
    """A number out of its JSON form; money is a mapping, blank is 0."""
    if isinstance(value, Mapping):
        value = value.get("amount")
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _workday(day: date, *, forward: bool) -> date:
    beyond = day.isoweekday() - 5
    if beyond <= 0:
        return day
    return day + timedelta(3 - beyond) if forward else day - timedelta(beyond)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(value: str) -> datetime:
    return datetime.fromisoformat(value.replace("Z", "+00:00"))
