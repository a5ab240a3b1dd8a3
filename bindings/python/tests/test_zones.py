"""Days, months and windows in every time zone, beside Python's own `zoneinfo`.

Orders lie a microsecond before, at and after every change of a clock, and about ends of months; the engine says the
month of each, its day, week, quarter and year, and whether a window of a calendar month from it has ended. `zoneinfo`
says the same from its own reading of the tz database: the package `tzdata` where it is of the engine's release, else
the system's. With ``AFFIL_ALL_ZONES=1`` that is asked of every zone, which takes minutes; else of those with odd
clocks.
"""

from __future__ import annotations

import calendar
import json
import os
import struct
import warnings
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import affil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The last transition looked at lies before; plus a month it is still a time that affil knows.
END = datetime(2199, 11, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PERIODS = ("day", "week", "month", "quarter", "year")
EVERYTHING = os.environ.get("AFFIL_ALL_ZONES") == "1"
#: From here on month ends are looked at only in leap years; changes of clocks always.
LATER = 2040 if EVERYTHING else 1972

#: Half hours, quarters and 45 minutes; whole days left out or nearly; folds over midnight and over the end of a month;
#: summer time of half an hour, in winter, by the moon, for years at a time; the ends of the offsets.
ODD = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Juba",
    "Africa/Monrovia",
    "America/Asuncion",
    "America/Caracas",
    "America/Godthab",
    "America/Havana",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "America/New_York",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Etc/GMT+12",
    "Etc/GMT-14",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Fakaofo",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Pacific/Marquesas",
    "Pacific/Norfolk",
    "US/Eastern",
    "UTC",
]


def release(folders: tuple[str, ...]) -> str:
    """The release of the tz database in folders like /usr/share/zoneinfo, as it says itself."""
    for folder in folders:
        file = Path(folder, "tzdata.zi")
        if file.is_file():
            with file.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix("# version ").strip()
    return "unknown"


SYSTEM = zoneinfo.TZPATH


@pytest.fixture(scope="module", autouse=True)
def source() -> Iterator[str]:
    """The release that `zoneinfo` reads: that of the package `tzdata` if it is the engine's, else the system's."""
    try:
        packaged = str(import_module("tzdata").IANA_VERSION)
    except ModuleNotFoundError:
        packaged = ""
    same = packaged == record("Europe/Berlin")["release"]
    zoneinfo.reset_tzpath(to=() if same else SYSTEM)
    zoneinfo.ZoneInfo.clear_cache()
    yield packaged if same else release(SYSTEM)
    zoneinfo.reset_tzpath(to=SYSTEM)
    zoneinfo.ZoneInfo.clear_cache()


def program(zone: str) -> dict[str, Any]:
    """Each order is a bonus in each of its periods, so that the bonus's `occasion` names the period."""
    every = {"kind": "every", "metric": "orders", "every": "1", "amount": "0.01"}
    return {
        "schema": "affil/1",
        "currency": "EUR",
        "zone": zone,
        "attribution": {"windows": {"click": "1mo"}},
        "rules": [{"id": "all", "pay": {"percent": "1"}}],
        "bonuses": [{"id": period, "period": period, **every} for period in PERIODS],
    }


@cache
def record(zone: str) -> dict[str, str]:
    """What the engine knows of a zone: its release and its rules."""
    found: dict[str, str] = json.loads(affil.Plan.parse(program(zone)).to_json())["zone"]
    return found


def listed(zone: str) -> list[int]:
    """The Unix seconds of the changes in a zone's file (RFC 8536), of which the first half is for old readers."""
    paths = [path for folder in zoneinfo.TZPATH if (path := Path(folder, zone)).is_file()]
    data = paths[0].read_bytes() if paths else resources.files("tzdata").joinpath("zoneinfo", zone).read_bytes()
    counts = struct.unpack(">6l", data[20:44])
    universals, standards, leaps, times, kinds, letters = counts
    second = 44 + times * 5 + kinds * 6 + letters + leaps * 8 + standards + universals
    (times,) = struct.unpack(">l", data[second + 32 : second + 36])
    return list(struct.unpack(f">{times}q", data[second + 44 : second + 44 + 8 * times]))


def first_other(low: int, high: int, offset: Callable[[int], timedelta | None]) -> int:
    """The second between the two from which on the offset is that of `high`."""
    after = offset(high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if offset(middle) == after else (middle, high)
    return high


@cache
def changes(zone: str) -> list[datetime]:
    """All changes of the offset: those in the file, and those of its rule for later years, found by halving."""
    own = zoneinfo.ZoneInfo(zone)

    def offset(second: int) -> timedelta | None:
        return (EPOCH + timedelta(seconds=second)).astimezone(own).utcoffset()

    end = int((END - EPOCH).total_seconds())
    told = listed(zone)
    found = [second for second in told if 0 < second < end and offset(second - 1) != offset(second)]
    # Rules change the clock for weeks at a time.
    step = 10 * 86_400
    later = range(max([0, *told]), end - step, step)
    found += [first_other(low, low + step, offset) for low in later if offset(low + step) != offset(low)]
    return [EPOCH + timedelta(seconds=second) for second in found]


def first_reaching(zone: str, wall: datetime) -> datetime:
    """The first instant at which a clock in the zone shows that or more: in a gap, that of the gap."""
    own = zoneinfo.ZoneInfo(zone)
    found = wall.replace(tzinfo=own, fold=0).astimezone(UTC)
    if found.astimezone(own).replace(tzinfo=None) == wall:
        return found
    return max(change for change in changes(zone) if change <= found)


def month_later(zone: str, at: datetime) -> datetime:
    """The same wall-clock time a calendar month later, or on the month's last day."""
    wall = at.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
    year, month = divmod(wall.year * 12 + wall.month, 12)
    month += 1
    day = min(wall.day, calendar.monthrange(year, month)[1])
    return first_reaching(zone, wall.replace(year=year, month=month, day=day))


def instants(zone: str) -> list[datetime]:
    """A microsecond before, at and after each change; before and at each end of a month."""
    ends = {
        first_reaching(zone, datetime(year, month, 1))  # noqa: DTZ001 (a clock on a wall)
        for year in range(1970, 2200)
        for month in range(1, 13)
        if (1970, 1) < (year, month) < (2199, 11) and (year < LATER or year % 4 == 0)
    }
    return sorted(
        {*ends, *changes(zone)}
        | {at - TICK for at in ends}
        | {at + one for at in changes(zone) for one in (-TICK, TICK)}
    )


def names(day: date) -> dict[str, str]:
    """What the periods of a day are called."""
    return {
        "day": str(day),
        "week": str(day - timedelta(days=day.weekday())),
        "month": str(day.replace(day=1)),
        "quarter": str(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)),
        "year": str(day.replace(month=1, day=1)),
    }


def facts(orders: list[datetime], touches: list[datetime]) -> affil.Facts:
    """Each order is of a customer of its own, who came by the touch beside it."""
    numbers = [str(number) for number in range(len(orders))]

    def times(values: list[datetime]) -> pa.Array:
        return pa.array(values, pa.timestamp("us", "UTC"))

    ones = {"id": numbers, "customer": numbers}
    return affil.Facts(
        affiliates=pa.table({"id": ["ana"]}),
        touches=pa.table({**ones, "at": times(touches), "affiliate": ["ana"] * len(touches)}),
        orders=pa.table({**ones, "at": times(orders), "amount": ["1.00"] * len(orders)}),
    )


def wrong_periods(zone: str) -> list[str]:
    """Where the engine's day, month and other periods of an instant are not those of `zoneinfo`."""
    own = zoneinfo.ZoneInfo(zone)
    at = instants(zone)
    table = pa.table(affil.Plan.parse(program(zone)).settle(facts(at, at)).targets)
    columns = (table[name].to_pylist() for name in ("kind", "order", "month", "rule", "occasion"))
    said: list[dict[str, str]] = [{} for _ in at]
    for kind, order, month, rule, occasion in zip(*columns, strict=True):
        if kind == "commission":
            said[int(order)]["statement"] = month
        else:
            period, _, order_of = occasion.partition("/")
            said[int(order_of)][rule] = period
    wrong = []
    for instant, found in zip(at, said, strict=True):
        local = instant.astimezone(own).date()
        expected = {"statement": f"{local:%Y-%m}", **names(local)}
        wrong += [
            f"{zone} {instant}: {key} {found.get(key)}, not {value}"
            for key, value in expected.items()
            if found.get(key) != value
        ]
    return wrong


def wrong_windows(zone: str) -> list[str]:
    """Where a window of a month from a touch does not end where `zoneinfo` says."""
    touches, orders, inside = [], [], []
    for at in instants(zone):
        end = month_later(zone, at)
        touches += [at, at]
        orders += [end - TICK, end]
        inside += [True, False]
    table = pa.table(affil.Plan.parse(program(zone) | {"bonuses": []}).settle(facts(orders, touches)).targets)
    earned = set(table["order"].to_pylist())
    return [
        f"{zone} {touch}: an order at {order} is {'outside' if within else 'inside'}"
        for number, (touch, order, within) in enumerate(zip(touches, orders, inside, strict=True))
        if (str(number) in earned) is not within
    ]


def engine_changes(zone: str) -> list[tuple[int, int]]:
    """The changes of the offset in the engine's own record, rules for later years left out."""
    return [
        (int(at), int(offset))
        for at, offset in (change.split(":") for change in record(zone)["rules"].split(";")[1:-1])
    ]


def data_differ(zone: str) -> bool:
    """Whether the two tables tell different stories of the zone: another release, and no error of either reader."""
    own = zoneinfo.ZoneInfo(zone)
    before = int(record(zone)["rules"].split(";")[0])
    theirs: dict[datetime, int] = {}
    for second, offset in engine_changes(zone):
        if offset != before:
            theirs[EPOCH + timedelta(seconds=second)] = offset
        before = offset
    last = max(theirs, default=EPOCH)
    ours = {}
    for at in changes(zone):
        shift = at.astimezone(own).utcoffset()
        assert shift is not None
        if at <= last:
            ours[at] = int(shift.total_seconds())
    return ours != theirs


def compare(zones: list[str], source: str) -> list[str]:
    """What is wrong, zone by zone; zones with one story are asked once. Another release's story is named, not wrong."""
    engine = record("Europe/Berlin")["release"]
    asked: set[tuple[str, tuple[tuple[datetime, timedelta | None], ...]]] = set()
    wrong: list[str] = []
    other = []
    for zone in zones:
        own = zoneinfo.ZoneInfo(zone)
        story = (record(zone)["rules"], tuple((at, at.astimezone(own).utcoffset()) for at in [EPOCH, *changes(zone)]))
        if story in asked:
            continue
        asked.add(story)
        found = wrong_periods(zone) + wrong_windows(zone)
        if found and source != engine and data_differ(zone):
            other.append(f"{zone} ({found[0]})")
        else:
            wrong += found
    if other:
        warnings.warn(f"tz database {engine} and {source} differ: {'; '.join(other)}", stacklevel=1)
    return wrong


def test_every_name_is_known(source: str) -> None:
    # `localtime` and the like are no zones but the machine's own choice of one.
    unknown = []
    for zone in sorted(zoneinfo.available_timezones() - {"localtime"}):
        try:
            record(zone)
        except affil.ProgramError as refused:
            assert [problem.code for problem in refused.problems] == ["zone.unknown"]  # noqa: PT017
            unknown.append(zone)
    assert unknown == [], f"names of {source} that the engine does not know"


@pytest.mark.filterwarnings("default")
def test_days_months_and_windows(source: str) -> None:
    zones = sorted(zoneinfo.available_timezones() - {"localtime"}) if EVERYTHING else ODD
    wrong = compare(zones, source)
    assert wrong == [], f"{len(wrong)} differences; {source} says otherwise"


def test_the_comparison_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    # Seen with Lisbon's eyes, Berlin's days begin an hour early.
    monkeypatch.setitem(globals(), "program", lambda zone, real=program: real("Europe/Lisbon" if zone else zone))
    assert wrong_periods("Europe/Berlin") != []
    assert wrong_windows("Europe/Berlin") != []
