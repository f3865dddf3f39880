"""Dates, times and moments: read liberally, written as a language writes them, right across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime, format_time
from hypothesis import given
from hypothesis import strategies as st

from newel.metadata.field_types import Locale, type_of
from tests.metadata.field_types.drawing import CHINESE, ENGLISH, VALUES, field, moments, parse, write
from tests.metadata.field_types.test_texts import refused

NEW_YORK = Locale("en", ZoneInfo("America/New_York"))
DAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "2026年11月21日",
        "２０２６－１１－２１",
        "Nov 21, 2026",
        "November 21, 2026",
        "21 nov 2026",
        "2026-11-21 00:00:00",
        "2026-11-21T00:00",
        DAY,
        datetime(2026, 11, 21),  # noqa: DTZ001 - as a spreadsheet gives it
    ],
)
def test_a_date_is_read_in_many_forms(raw: Any) -> None:
    assert parse(field("date"), raw) == DAY


@pytest.mark.parametrize(
    "raw",
    ["11/21/2026", "2026-02-30", "2026-13-01", "21", "2026-11-21T08:00", "Foo 1, 2026", "2026-11-21 00:00:00+08:00", "今天"],
)
def test_what_is_no_date_or_could_be_two_is_refused(raw: str) -> None:
    assert refused("date", raw) == "not_a_date"


def test_a_year_of_three_digits_is_a_slip() -> None:
    assert refused("date", "0026-11-21") == "year_out_of_range"
    assert refused("datetime", "0026-11-21T08:00") == "year_out_of_range"


@given(VALUES["date"])
def test_dates_are_written_as_babel_writes_them(day: date) -> None:
    assert write(field("date"), day, CHINESE) == format_date(day, locale="zh_CN")
    assert write(field("date"), day, ENGLISH) == format_date(day, locale="en")


@given(st.times().map(lambda clock: clock.replace(second=0, microsecond=0, fold=0)))
def test_times_are_written_as_babel_writes_them(clock: time) -> None:
    assert write(field("time"), clock, CHINESE) == format_time(clock, "HH:mm", locale="zh_CN")
    assert write(field("time"), clock, ENGLISH) == format_time(clock, "h:mm a", locale="en")


@given(moments.filter(lambda moment: moment.year > 1970))  # offsets have had whole minutes since
def test_moments_are_written_on_the_clocks_of_the_reader(moment: datetime) -> None:
    whole = moment.replace(second=0)
    pattern = {"zh-CN": "y年M月d日 HH:mm", "en": "MMM d, y, h:mm a"}
    for locale, language in ((CHINESE, "zh_CN"), (ENGLISH, "en")):
        told = format_datetime(whole, pattern[locale.language], tzinfo=locale.time_zone, locale=language)
        assert write(field("datetime"), whole, locale).partition(" (UTC")[0] == told


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21T16:00",
        "2026-11-21 16:00:00",
        "2026年11月21日 16:00",
        "2026年11月21日 下午4:00",
        "Nov 21, 2026, 4:00 PM",
        "Nov 21, 2026 4:00\u202fpm",
        "2026-11-21T08:00:00Z",
        "2026-11-21t08:00:00.5z",
        "2026-11-21T03:00:00-05:00",
        "2026-11-21T03:00:00-0500",
        datetime(2026, 11, 21, 16),  # noqa: DTZ001 - local, as a spreadsheet gives it
        MOMENT,
    ],
)
def test_a_moment_without_an_offset_is_local_to_the_reader(raw: Any) -> None:
    assert parse(field("datetime"), raw, CHINESE) == MOMENT


def test_a_day_alone_is_its_midnight() -> None:
    assert parse(field("datetime"), "2026-11-21", CHINESE) == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_a_time_that_clocks_leave_out_moves_forward() -> None:
    assert write(field("datetime"), parse(field("datetime"), "2026-03-08T02:30", NEW_YORK), NEW_YORK) == "Mar 8, 2026, 3:30 AM"


def test_a_time_that_clocks_show_twice_is_the_first_unless_it_says_its_offset() -> None:
    first = parse(field("datetime"), "2026-11-01T01:30", NEW_YORK)
    second = parse(field("datetime"), "2026-11-01T01:30-05:00", NEW_YORK)
    assert (first.hour, second.hour) == (5, 6)
    assert write(field("datetime"), first, NEW_YORK) == "Nov 1, 2026, 1:30 AM (UTC-04:00)"
    assert write(field("datetime"), second, NEW_YORK) == "Nov 1, 2026, 1:30 AM (UTC-05:00)"


def test_what_people_enter_is_kept_to_the_second_and_what_the_platform_notes_in_full() -> None:
    noted = MOMENT.replace(second=7, microsecond=123456)
    assert parse(field("datetime"), noted) == noted.replace(microsecond=0)
    system = field("datetime", system=True)
    assert parse(system, type_of(system).dump(system, noted)) == noted
    assert type_of(system).dump(system, noted) == "2026-11-21T08:00:07.123456Z"
    assert write(system, noted, CHINESE) == "2026年11月21日 16:00"
    assert write(field("datetime"), noted, CHINESE) == "2026年11月21日 16:00:07"


def test_a_leap_second_is_the_second_before_it() -> None:
    assert parse(field("datetime"), "2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["2026-11-21T25:00", "2026-11-21T13:00 PM", "2026-11-21T08:00+99:00", "2026-11-21T08:00:61", "now", 5]
)
def test_what_is_no_moment_is_refused(raw: Any) -> None:
    assert refused("datetime", raw) in ("not_a_datetime", "not_text")


@pytest.mark.parametrize("raw", ["16:05", "16:05:00", "4:05 PM", "4:05pm", "下午4:05", "１６：０５", time(16, 5)])
def test_a_time_is_read_in_many_forms(raw: Any) -> None:
    assert parse(field("time"), raw) == time(16, 5)


@pytest.mark.parametrize("raw", ["24:00", "4:60", "0:30 PM", "13:00 am", "noon", "16"])
def test_what_is_no_time_is_refused(raw: str) -> None:
    assert refused("time", raw) == "not_a_time"


def test_editors_start_with_what_html_inputs_want() -> None:
    assert type_of(field("date")).edit_text(field("date"), DAY, CHINESE) == "2026-11-21"
    assert type_of(field("datetime")).edit_text(field("datetime"), MOMENT, CHINESE) == "2026-11-21T16:00"
    assert type_of(field("time")).edit_text(field("time"), time(4, 5, 6), CHINESE) == "04:05:06"
