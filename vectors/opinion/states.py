"""When targets may be paid, in which state they are, and what affiliates are owed ("12. Lifecycle", "13. Payouts").

It must never know how an amount came to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .conditions import of_affiliate
from .instants import months_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Facts, Payout
    from .lifecycle import Lifecycle, LineState
    from .program import Doc, Program
    from .targets import Target

ACCOUNTS = ("pending", "approved", "payable", "reserve")


@dataclass(frozen=True)
class Times:
    """When a target was decided and from when on it is payable; `None` where it is neither."""

    decided: int | None
    payable: int | None


def terms_of(program: Program, facts: Facts, affiliate: str) -> Doc | None:
    """The payout terms of an affiliate: the first whose `when` is true of it."""
    for terms in program.tables("payouts"):
        if of_affiliate(program, terms.get("when"), facts.affiliate(affiliate)) is True:
            return terms
    return None


def failed_at(facts: Facts, payout: Payout) -> int | None:
    """When a payout failed, by the first confirmation that says so."""
    found = [each.at for each in facts.confirmations if each.payout == payout.id and each.outcome == "failed"]
    return found[0] if found else None


def _after_the_month(program: Program, at: int, net: str) -> int:
    """The beginning of the month after an instant, plus `net` of the payout terms."""
    first = months_after(date.fromisoformat(program.zone.month(at) + "-01"), 1)
    return program.zone.plus(program.zone.start(first), net)


class States:
    """The times and states of all targets at the end of the facts."""

    def __init__(self, program: Program, facts: Facts, lifecycle: Lifecycle, targets: Sequence[Target]) -> None:
        self._program = program
        self._facts = facts
        self._lifecycle = lifecycle
        self._targets = targets
        self._times: dict[str, Times] = {}
        for target in targets:
            self._times[target.id] = self._of(target)

    def times(self, target: Target) -> Times:
        """When a target was decided, and from when on it is payable."""
        return self._times[target.id]

    def _line(self, target: Target) -> LineState | None:
        """The line that a target belongs to; bonuses and adjustments belong to none."""
        if target.order is None or target.line is None:
            return None
        return self._lifecycle.line(target.order, target.line)

    def _held_until(self, target: Target, state: LineState) -> list[int]:
        """The lock, the last release, and what `lifecycle.holds` says of the target's affiliate."""
        found = [each for each in (state.lock, state.released) if each is not None]
        affiliate = self._facts.affiliate(target.affiliate)
        for hold in self._program.table("lifecycle").get("holds", []):
            if of_affiliate(self._program, hold.get("when"), affiliate) is True:
                return [*found, self._program.zone.plus(state.order.at, hold["lasts"])]
        return found

    def _of(self, target: Target) -> Times:
        """Section 12, "Payable": the decision of a target and the instant from which it is payable."""
        state = self._line(target)
        decided: int | None = target.at
        if state:
            decided = None if state.decided is None else max(state.decided, target.at)
        if decided is None or (state and state.on_hold):
            return Times(decided, None)
        if target.origin is not None:
            origin = self._times[target.origin].payable
            return Times(decided, None if origin is None else max(target.at, target.known, origin))
        latest = [decided, target.at, target.known, *(self._held_until(target, state) if state else [])]
        terms = terms_of(self._program, self._facts, target.affiliate)
        if terms and "net" in terms:
            latest.append(_after_the_month(self._program, target.at, terms["net"]))
        return Times(decided, max(latest))

    def state(self, target: Target) -> str:
        """The state of a target: the first that applies."""
        back = sum(each.amount for each in self._targets if each.origin == target.id)
        if target.kind in ("commission", "override") and target.amount and target.amount + back == 0:
            return "reversed"
        times, line = self.times(target), self._line(target)
        if line and line.on_hold:
            return "on_hold"
        if times.decided is None:
            return "pending"
        if times.payable is None or times.payable > self._facts.end:
            return "approved"
        return "paid" if times.payable <= self._last_payout(target.affiliate) else "payable"

    def _last_payout(self, affiliate: str) -> int:
        """The instant of the last payout that did not fail."""
        return max((each.at for each in self._did_not_fail(affiliate)), default=-1)

    def _did_not_fail(self, affiliate: str) -> list[Payout]:
        """The payouts of an affiliate that did not fail."""
        own = [each for each in self._facts.payouts if each.affiliate == affiliate]
        return [each for each in own if failed_at(self._facts, each) is None]

    def _made(self, affiliate: str) -> list[Payout]:
        """The payouts of an affiliate that were made by the end of the facts and had not failed then."""
        now = self._facts.end
        own = [each for each in self._facts.payouts if each.affiliate == affiliate and each.at <= now]
        failed = [failed_at(self._facts, each) for each in own]
        return [each for each, at in zip(own, failed, strict=True) if at is None or at > now]

    def released(self, affiliate: str) -> int:
        """What of earlier reserves is owed again, less what payouts took of it."""
        now = self._facts.end
        payouts = self._made(affiliate)
        free = sum(each.sums["reserve"] for each in payouts if each.release is not None and each.release <= now)
        return free - sum(each.sums["released"] for each in payouts)

    def balances(self, affiliate: str) -> dict[str, int]:
        """What an affiliate is owed, by account."""
        now = self._facts.end
        found = dict.fromkeys(ACCOUNTS, 0)
        for target in self._targets:
            if target.affiliate == affiliate:
                times = self.times(target)
                payable = times.payable is not None and times.payable <= now
                decided = times.decided is not None and times.decided <= now
                found["payable" if payable else "approved" if decided else "pending"] += target.amount
        for payout in self._made(affiliate):
            kept = payout.release is None or payout.release > now
            reserve = payout.sums["reserve"]
            found["payable"] -= payout.sums["earned"] + payout.sums["released"]
            found["reserve" if kept else "payable"] += reserve
        return found

    def affiliates(self) -> list[str]:
        """Whoever has targets or payouts."""
        found = {target.affiliate for target in self._targets} | {each.affiliate for each in self._facts.payouts}
        return sorted(found)
