"""What happened, from data frames, lists of dicts, or documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from affil import _affil

if TYPE_CHECKING:
    from datetime import datetime


@runtime_checkable
class ArrowStream(Protocol):
    """A data frame of any library that speaks Arrow: polars, pandas, pyarrow, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The columns, as a capsule of the Arrow PyCapsule interface."""
        ...


@runtime_checkable
class ArrowArray(Protocol):
    """A single record batch of any library that speaks Arrow."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """The columns, as capsules of the Arrow PyCapsule interface."""
        ...


#: A table of facts: a data frame, or the list of dicts that a facts document would have in its place.
TableLike = ArrowStream | ArrowArray | Iterable[Mapping[str, object]]


class Facts:
    """Affiliates, touches, orders with lines, refunds, adjustments, reviews, payouts, confirmations, exchange rates.

    Each table is a data frame with a row for each fact, or a list of dicts as a facts document has it; frames and lists
    may be mixed. In a frame, `orders` has a row for each order *line*, with the order's own columns repeated; or, if
    `lines` is a frame too, a row for each order. The order in which facts arrive never matters, and the same fact twice
    changes nothing.

    Money is `str`, `Decimal` or a decimal column; a `float` and a bare `int` are refused (``money.not_text``), and so
    they are as exchange rates (``rate.not_text``). Instants are timestamps with a time zone, aware `datetime` objects
    or RFC 3339 text; naive ones are refused (``time.no_offset``). The day of a quote is a `date` or text such as
    ``2026-03-31``.

    Touches, orders, refunds, adjustments and reviews may have `known` (when you learned of it, if later than `at`) and
    `replaces` (the id of a fact that it corrects); payouts and confirmations may have `known`. A review names its
    `orders` as a list, or in a frame also one as `order`.

    `until` says up to when the facts are complete: bonuses of periods that end by then are paid, and what locks by then
    is decided. Without it, that is the last of the facts.

    Facts can be added: ``facts + affil.Facts(payouts=run.facts)`` are both; put the many on the left.

    Raises `FactsError` with all problems at once.

    >>> import affil
    >>> facts = affil.Facts(
    ...     affiliates=[{"id": "ana", "groups": ["gold"]}],
    ...     orders=[{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "59.90"}]}],
    ... )
    >>> facts
    <affil.Facts: 1 affiliate, 0 touches, 1 order with 1 line, 0 refunds, 0 adjustments, 0 quotes>
    """

    __slots__ = ("_facts",)

    def __init__(
        self,
        *,
        affiliates: TableLike | None = None,
        touches: TableLike | None = None,
        orders: TableLike | None = None,
        lines: ArrowStream | ArrowArray | None = None,
        refunds: TableLike | None = None,
        adjustments: TableLike | None = None,
        reviews: TableLike | None = None,
        payouts: TableLike | None = None,
        confirmations: TableLike | None = None,
        quotes: TableLike | None = None,
        until: datetime | str | None = None,
    ) -> None:
        self._facts = _affil.Facts(
            affiliates=_table(affiliates),
            touches=_table(touches),
            orders=_table(orders),
            lines=lines,
            refunds=_table(refunds),
            adjustments=_table(adjustments),
            reviews=_table(reviews),
            payouts=_table(payouts),
            confirmations=_table(confirmations),
            quotes=_table(quotes),
            until=until,
        )

    @classmethod
    def from_json(cls, text: str) -> Facts:
        """Read a facts document in JSON.

        Raises `FactsError`, with line and column of every problem.

        >>> import affil
        >>> affil.Facts.from_json('{"affiliates": [{"id": "ana"}]}').affiliates
        1
        """
        return wrapped(_affil.Facts.from_json(text))

    def as_of(self, at: datetime | str) -> Facts:
        """The facts that had happened and were known by an instant; to settle them says what was owed on that day.

        What was corrected later is as it was known then. The facts end at that instant.

        Raises `FactsError` if the instant cannot be read (``time.no_offset`` and others).

        >>> import affil
        >>> thanks = {"id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "thanks"}
        >>> facts = affil.Facts(adjustments=[thanks | {"known": "2026-04-02T08:00:00Z"}])
        >>> (facts.adjustments, facts.as_of("2026-03-31T23:59:59Z").adjustments)
        (1, 0)
        """
        return wrapped(self._facts.as_of(at))

    def __add__(self, other: Facts) -> Facts:
        if not isinstance(other, Facts):
            return NotImplemented
        return wrapped(self._facts.plus(other._facts))

    def groups(self) -> dict[str, list[str]]:
        """The groups that each affiliate is in, by its id."""
        return self._facts.groups()

    @property
    def affiliates(self) -> int:
        """How many affiliates there are."""
        return self._facts.affiliates

    @property
    def touches(self) -> int:
        """How many touches there are."""
        return self._facts.touches

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return self._facts.orders

    @property
    def lines(self) -> int:
        """How many order lines there are."""
        return self._facts.lines

    @property
    def refunds(self) -> int:
        """How many refunds there are."""
        return self._facts.refunds

    @property
    def adjustments(self) -> int:
        """How many adjustments there are."""
        return self._facts.adjustments

    @property
    def reviews(self) -> int:
        """How many reviews there are."""
        return self._facts.reviews

    @property
    def payouts(self) -> int:
        """How many payouts there are."""
        return self._facts.payouts

    @property
    def confirmations(self) -> int:
        """How many confirmations of payouts there are."""
        return self._facts.confirmations

    @property
    def quotes(self) -> int:
        """How many exchange rates there are."""
        return self._facts.quotes

    def __repr__(self) -> str:
        def count(number: int, one: str) -> str:
            return f"{number:,} {one}{'' if number == 1 else 'es' if one == 'touch' else 's'}"

        orders = f"{count(self.orders, 'order')} with {count(self.lines, 'line')}"
        people = f"{count(self.affiliates, 'affiliate')}, {count(self.touches, 'touch')}"
        said = [people, orders, count(self.refunds, "refund"), count(self.adjustments, "adjustment")]
        said.append(count(self.quotes, "quote"))
        # Few facts have these, so they are only told where there are some.
        after = [(self.reviews, "review"), (self.payouts, "payout"), (self.confirmations, "confirmation")]
        said.extend(count(number, one) for number, one in after if number)
        return f"<affil.Facts: {', '.join(said)}>"


def _table(table: TableLike | None) -> object:
    # What can be walked only once is walked here; the engine asks for lengths.
    return list(table) if isinstance(table, Iterator) else table


def wrapped(facts: _affil.Facts) -> Facts:
    """Facts that the engine holds already."""
    made = Facts.__new__(Facts)
    made._facts = facts
    return made


def inner(facts: Facts) -> _affil.Facts:
    """What the engine holds of these facts."""
    return facts._facts
