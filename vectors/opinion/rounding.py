"""Rounding commissions by differences of running sums ("4. Rounding" of docs/meaning.md).

It must never know caps.
"""

from __future__ import annotations

from itertools import groupby
from math import floor
from typing import TYPE_CHECKING

from .money import ZERO, largest_remainders, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from .program import Program
    from .rules import Commission


def _group_key(commission: Commission) -> tuple[int, bytes, int, int, int]:
    """The commissions of one line under one rule in the same pot form a group."""
    return (*commission.sale.key(), commission.line.position, commission.rule, commission.credit.pot)


def _hand_out(program: Program, group: list[Commission], whole: int) -> None:
    """Divide what a group got among its commissions."""
    exact = [commission.exact for commission in group]
    if program.split == "largest":
        order = largest_remainders(exact)
    else:
        order = [place for place, each in enumerate(exact) if each]
    parts = [floor(each) for each in exact]
    left = whole - sum(parts)
    if left < 0:
        order = order[::-1]
    for unit in range(abs(left)):
        parts[order[unit % len(order)]] += 1 if left > 0 else -1
    for commission, part in zip(group, parts, strict=True):
        commission.amount = part


def _by_statement(program: Program, commissions: Sequence[Commission]) -> None:
    """With `round.at = "statement"` the scope is (affiliate, calendar month of the order), without groups."""
    sums: dict[tuple[str, str], Fraction] = {}
    for commission in commissions:
        scope = commission.credit.affiliate.id, program.zone.month(commission.sale.order.at)
        before = sums.get(scope, ZERO)
        sums[scope] = before + commission.exact
        commission.amount = rounded(sums[scope], program.mode) - rounded(before, program.mode)


def round_commissions(program: Program, commissions: Sequence[Commission]) -> None:
    """Give every commission, in sequence, its amount in whole minor units."""
    if program.round_at == "statement":
        _by_statement(program, commissions)
        return
    scope, running = None, ZERO
    for key, found in groupby(sorted(commissions, key=_group_key), key=_group_key):
        group = list(found)
        now = key[:3] if program.round_at == "line" else key[:2]
        before = running if now == scope else ZERO
        scope, running = now, before + sum((commission.exact for commission in group), ZERO)
        whole = rounded(running, program.mode) - rounded(before, program.mode)
        if len(group) == 1:
            group[0].amount = whole
        else:
            _hand_out(program, group, whole)
