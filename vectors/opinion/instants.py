"""Instants, local days and lengths of time ("Windows", "Dates" of docs/meaning.md; the types of docs/reference.md).

An instant is a number of microseconds since 1970 in UTC. It must never know what happens at an instant.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .money import RefusedError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SECOND = 1_000_000
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_MONTHS = {"mo": 1, "y": 12}
_LENGTH = re.compile(r"(0|[1-9][0-9]*)(s|mo|m|h|d|w|y)")
MONTHS_OF_A_YEAR = 12
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def instant(text: object) -> int:
    """The instant that a timestamp names, whatever its offset."""
    if not isinstance(text, str) or not _STAMP.fullmatch(text):
        raise RefusedError("time.malformed")
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError("time.no_such_date") from error
    if read.tzinfo is None:
        raise RefusedError("time.no_offset")
    if not _FIRST_YEAR <= read.astimezone(UTC).year <= _LAST_YEAR:
        raise RefusedError("time.out_of_range")
    return (read - _EPOCH) // _TICK


def stamp(at: int) -> str:
    """An instant as a timestamp in UTC."""
    return (_EPOCH + at * _TICK).isoformat().replace("+00:00", "Z")


def months_after(first: date, months: int) -> date:
    """The day so many months later, clamped to the end of its month (DESIGN, section 5)."""
    years, month = divmod(first.year * MONTHS_OF_A_YEAR + first.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(years, month + 1, min(first.day, monthrange(years, month + 1)[1]))


def length(text: object) -> tuple[int, int]:
    """A length of time as (microseconds, months); one of the two is zero."""
    found = _LENGTH.fullmatch(str(text))
    if not found:
        raise RefusedError("window.malformed")
    count, unit = int(found[1]), found[2]
    if unit in _MONTHS:
        return 0, count * _MONTHS[unit]
    return count * _SECONDS[unit] * _SECOND, 0


class Zone:
    """The time zone of a program: where its days and months begin."""

    def __init__(self, name: str) -> None:
        self._zone = ZoneInfo(name)

    def _local(self, at: int) -> datetime:
        """An instant by the local clock."""
        return (_EPOCH + at * _TICK).astimezone(self._zone)

    def day(self, at: int) -> date:
        """The local day of an instant."""
        return self._local(at).date()

    def month(self, at: int) -> str:
        """The local calendar month of an instant, such as `2026-03`."""
        return self.day(at).isoformat()[:7]

    def _from_wall(self, wall: datetime) -> int:
        """The instant at which the local clock shows a time."""
        # Of two such times the first; one that is skipped is as much later as the clock was put forward.
        return (wall.replace(tzinfo=self._zone, fold=0).astimezone(UTC) - _EPOCH) // _TICK

    def start(self, day: date) -> int:
        """The instant at which a local day begins; where midnight is skipped, the first instant of that day."""
        at = self._from_wall(datetime.combine(day, time()))
        if self._local(at).time() == time():
            return at
        low, high = at - _SECONDS["d"] * _SECOND, at
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.day(middle) >= day else (middle, high)
        return high

    def plus(self, at: int, text: object) -> int:
        """An instant and a length of time; months are added in local wall time, clamped to the end of the month."""
        micros, months = length(text)
        return self.plus_months(at, months) if months else at + micros

    def plus_months(self, at: int, months: int) -> int:
        """An instant so many calendar months later, by the local clock."""
        local = self._local(at)
        return self._from_wall(datetime.combine(months_after(local.date(), months), local.time()))

    def within(self, at: int | None, doc: dict[str, object]) -> bool:
        """Whether an instant lies within `from` and `until` ("Dates"); a missing one only where neither is given."""
        first, last = doc.get("from"), doc.get("until")
        if first is None and last is None:
            return True
        if at is None:
            return False
        begun = first is None or at >= self.start(date.fromisoformat(str(first)))
        return begun and (last is None or at < self.start(date.fromisoformat(str(last))))
