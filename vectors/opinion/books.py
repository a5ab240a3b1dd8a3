"""Double entry: moves, booking and closing ("14. The books" of docs/books.md).

It must never know why something is owed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .instants import months_after

if TYPE_CHECKING:
    from .facts import Payout
    from .settle import Settlement
    from .targets import Target

_OF_AFFILIATES = ("pending", "approved", "payable", "reserve")
_Postings = dict[str, int]
_Slot = tuple[str, str, str]


@dataclass(frozen=True)
class Move:
    """Something that should stand in the books on a day, its postings adding up to zero."""

    id: str
    month: str
    affiliate: str
    day: str
    postings: _Postings


@dataclass(frozen=True)
class Entry:
    """What was booked, and never changes."""

    id: str
    slot: _Slot
    day: str
    postings: _Postings

    @property
    def amount(self) -> int:
        """What is owed to the affiliate more than before, in all its accounts together."""
        return -sum(amount for account, amount in self.postings.items() if account.split(":")[0] in _OF_AFFILIATES)


def _added(*rows: tuple[str, int]) -> _Postings:
    """Postings by account, without those of zero."""
    found: Counter[str] = Counter()
    for account, amount in rows:
        found[account] += amount
    return {account: amount for account, amount in found.items() if amount}


class _Moves:
    """All moves of a settlement."""

    def __init__(self, settlement: Settlement) -> None:
        self._settlement = settlement
        self._zone = settlement.program.zone
        self._end = settlement.facts.end
        self.found: list[Move] = []
        for target in settlement.targets:
            self._target(target)
        for payout in settlement.facts.payouts:
            self._payout(payout)

    def _add(self, id: str, start: int, at: int, affiliate: str, postings: _Postings) -> None:
        """Note a move on the local day of an instant, unless it has no postings."""
        if postings:
            day = self._zone.day(at).isoformat()
            self.found.append(Move(id, self._zone.month(start), affiliate, day, postings))

    def _target(self, target: Target) -> None:
        """The moves of a target: owed, approved, payable."""
        times = self._settlement.states.times(target)
        at, who, amount = target.at, target.affiliate, target.amount
        decided, payable = times.decided, times.payable
        account = "pending"
        if payable is not None and payable <= at:
            account = "payable"
        elif decided is not None and decided <= at:
            account = "approved"
        self._add(target.id, at, at, who, _added((f"expense:{target.kind}", amount), (f"{account}:{who}", -amount)))
        if decided is not None and at < decided <= self._end:
            after = "payable" if payable == decided else "approved"
            postings = _added((f"pending:{who}", amount), (f"{after}:{who}", -amount))
            self._add(f"{target.id}#approved", at, decided, who, postings)
        if payable is not None and max(at, decided or at) < payable <= self._end:
            postings = _added((f"approved:{who}", amount), (f"payable:{who}", -amount))
            self._add(f"{target.id}#payable", at, payable, who, postings)

    def _payout(self, payout: Payout) -> None:
        """The moves of a payout: made, reserve released, paid, failed."""
        id = "payout:" + payout.id.replace("~", "~0").replace("#", "~2")  # noqa: A001 - the word for it
        who, at, sums = payout.affiliate, payout.at, payout.sums
        own = _payout_postings(payout)
        self._add(id, at, at, who, own)
        outcomes = {
            each.outcome: each.at for each in reversed(self._settlement.facts.confirmations) if each.payout == payout.id
        }
        if payout.release is not None and payout.release <= self._end and "failed" not in outcomes:
            reserve = sums["reserve"]
            postings = _added((f"reserve:{who}", reserve), (f"payable:{who}", -reserve))
            self._add(f"{id}#released", at, payout.release, who, postings)
        sent = _added(("clearing", sums["transfer"]), ("cash", -sums["transfer"]))
        if "paid" in outcomes:
            self._add(f"{id}#paid", at, outcomes["paid"], who, sent)
        if "failed" in outcomes:
            rows = [*own.items(), *(sent.items() if "paid" in outcomes else ())]
            back = _added(*((account, -amount) for account, amount in rows))
            self._add(f"{id}#failed", at, outcomes["failed"], who, back)


def _payout_postings(payout: Payout) -> _Postings:
    """The postings of a payout itself."""
    who, sums, vat = payout.affiliate, payout.sums, payout.sums["vat"]
    rows = [
        (f"payable:{who}", sums["earned"] + sums["released"]),
        (f"reserve:{who}", -sums["reserve"]),
        ("clearing", -sums["transfer"]),
        ("withholding", -sums["withholding"]),
        ("fees", -sums["fee"]),
    ]
    if payout.fee_payer == "merchant":
        rows.append(("expense:fees", sums["fee"]))
    if payout.treatment != "none":
        rows.append(("vat:input", vat))
    if payout.treatment == "inside":
        rows.append(("expense:commission", -vat))
    if payout.treatment == "reverse_charge":
        rows.append(("vat:due", -vat))
    return _added(*rows)


class Ledger:
    """Entries, which are never edited, and the month up to which all is closed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._open = ""
        self._numbers: Counter[str] = Counter()

    def close(self, month: str) -> None:
        """Close all months to the end of this one; nothing reopens a month."""
        after = months_after(date.fromisoformat(month + "-01"), 1).isoformat()
        self._open = max(self._open, after)

    def post(self, settlement: Settlement) -> None:
        """Book the differences of what the books should hold to what they do."""
        wanted: dict[tuple[_Slot, str], Counter[str]] = {}
        for move in _Moves(settlement).found:
            # What falls on a day in a closed month belongs on the first day that is open.
            key = (move.id, move.month, move.affiliate), max(move.day, self._open)
            wanted.setdefault(key, Counter()).update(move.postings)
        moved = set(wanted)
        for entry in self.entries:
            wanted.setdefault((entry.slot, max(entry.day, self._open)), Counter()).subtract(entry.postings)
        # What is booked back where there is no move comes before what is booked on the other day.
        for key in sorted(wanted, key=lambda key: (key in moved, key[1], key[0])):
            postings = {account: amount for account, amount in wanted[key].items() if amount}
            if postings:
                (id, *_), day = key  # noqa: A001 - an id is called `id` everywhere
                self._numbers[id] += 1
                self.entries.append(Entry(f"{id}#{self._numbers[id]}", key[0], day, postings))

    def accounts(self) -> dict[str, int]:
        """All accounts that are not zero."""
        return _added(*(row for entry in self.entries for row in entry.postings.items()))
