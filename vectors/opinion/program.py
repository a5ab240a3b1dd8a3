"""A program document and what is used everywhere of it: currency, zone, rounding, periods ("Periods").

It must never know a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .instants import MONTHS_OF_A_YEAR, Zone, months_after
from .money import RefusedError

Doc = dict[str, Any]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEK = 7
_NEEDED = {"schema", "currency", "zone", "attribution", "rules"}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": MONTHS_OF_A_YEAR}


@dataclass(frozen=True, order=True)
class Period:
    """A period of time, half-open; `start` and `end` are `None` where it has none."""

    name: str
    start: int | None
    end: int | None

    def holds(self, at: int) -> bool:
        """Whether an instant lies in it."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def is_over(self, end: int) -> bool:
        """Whether it is over at the end of the facts."""
        return self.end is not None and self.end <= end


class Program:
    """A program document, read."""

    def __init__(self, doc: Doc) -> None:
        if not doc.keys() >= _NEEDED:
            raise RefusedError("document.missing_key")
        self.doc = doc
        self.currency = str(doc["currency"])
        self.zone = Zone(str(doc["zone"]))
        self.attribution: Doc = doc["attribution"]
        self.rules: list[Doc] = doc["rules"]
        rounding: Doc = doc.get("round", {})
        self.round_at = str(rounding.get("at", "line"))
        self.mode = str(rounding.get("mode", "half_even"))
        self.split = str(rounding.get("split", "largest"))

    def table(self, key: str) -> Doc:
        """A table of the document; empty where it is not given."""
        found: Doc = self.doc.get(key, {})
        return found

    def tables(self, key: str) -> list[Doc]:
        """A list of tables of the document; empty where it is not given."""
        found: list[Doc] = self.doc.get(key, [])
        return found

    def refunds_count(self, key: str) -> str:
        """Where refunds count: for `tiers` and `bonuses` nowhere if not given, for `caps` in the period of the sale."""
        return str(self.table("refunds").get(key, "sale_period" if key == "caps" else "none"))

    def _first_day(self, kind: str, day: date) -> date:
        """The first day of the period that a day lies in."""
        calendar = self.table("calendar")
        if kind == "week":
            starts = _WEEKDAYS.index(str(calendar.get("week_starts", "monday")))
            return day - timedelta(days=(day.weekday() - starts) % _WEEK)
        if kind in _MONTHS_OF:
            into_year = (day.month - int(calendar.get("year_starts", 1))) % MONTHS_OF_A_YEAR
            return months_after(day.replace(day=1), -(into_year % _MONTHS_OF[kind]))
        return day

    def _from_day(self, kind: str, first: date) -> Period:
        """The period that begins on a day."""
        if kind in _MONTHS_OF:
            after = months_after(first, _MONTHS_OF[kind])
        else:
            after = first + timedelta(days=_WEEK if kind == "week" else 1)
        return Period(first.isoformat(), self.zone.start(first), self.zone.start(after))

    def lifetime(self, doc: Doc) -> Period:
        """All time, or from `from` to `until` of a tier or bonus."""
        ends = [doc.get("from"), doc.get("until")]
        start, end = (None if day is None else self.zone.start(date.fromisoformat(day)) for day in ends)
        return Period("lifetime", start, end)

    def period(self, kind: str, at: int) -> Period:
        """The period of the calendar (`day` ... `year`) that an instant lies in."""
        found = self._from_day(kind, self._first_day(kind, self.zone.day(at)))
        while found.start is not None and at < found.start:
            found = self.before(kind, found)
        while found.end is not None and at >= found.end:
            found = self.after(kind, found)
        return found

    def after(self, kind: str, period: Period) -> Period:
        """The next period of the calendar."""
        first = date.fromisoformat(period.name)
        step = {"day": 1, "week": _WEEK}.get(kind)
        after = first + timedelta(days=step) if step else months_after(first, _MONTHS_OF[kind])
        return self._from_day(kind, after)

    def before(self, kind: str, period: Period) -> Period:
        """The period of the calendar before."""
        return self._from_day(kind, self._first_day(kind, date.fromisoformat(period.name) - timedelta(days=1)))


def texts(value: object) -> list[str]:
    """One text or a list of texts, as a list; nothing as an empty one."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(text) for text in value] if isinstance(value, list) else []
