"""Settling: what the ledger should say, in the order of docs/meaning.md; only this knows the order of the sections.

It must never compute an amount itself.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from .bonuses import Bonuses
from .caps import cap_commissions
from .checks import check_facts
from .known import facts_as_of
from .lifecycle import Lifecycle
from .money import RefusedError
from .refunds import all_steps
from .rounding import round_commissions
from .rules import Commission, Rules, Unpaid
from .sales import all_sales
from .statements import all_statements
from .states import States
from .targets import Target, in_order, of_adjustments, of_orders, overrides, share_commissions
from .tiers import Ladders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Facts
    from .program import Program
    from .refunds import Step


def commissions_of(
    program: Program, rules: Rules, commissions: list[Commission], steps: Sequence[Step], so_far: Fraction
) -> None:
    """Sections 3 to 5: give all commissions of a settlement (or a cart) their amounts."""
    Ladders(program, rules, commissions, steps, so_far).set_exact()
    round_commissions(program, commissions)
    cap_commissions(program, commissions, steps)


class Settlement:
    """The targets of all facts as of an instant (`None`: of all there are), with what is unpaid."""

    def __init__(self, program: Program, all_facts: Facts, as_of: int | None = None) -> None:
        self.program = program
        self.facts = facts_as_of(all_facts, as_of)
        check_facts(program, self.facts)
        self.lifecycle = Lifecycle(program, self.facts)
        steps = all_steps(program, self.facts)
        rules = Rules(program)
        self.unpaid: list[Unpaid] = []
        commissions: list[Commission] = []
        for sale in all_sales(program, self.facts):
            sale.declined = self.lifecycle.declined(sale.order)
            found, unpaid = rules.of_sale(sale)
            commissions += found
            self.unpaid += unpaid
        commissions_of(program, rules, commissions, steps, Fraction(0))
        owed = share_commissions(program, self.facts, commissions)
        owed += overrides(program, self.facts, commissions)
        found_targets = of_orders(program, owed, steps)
        bonuses = Bonuses(program, self.facts, commissions, steps, found_targets).targets()
        self.targets: list[Target] = in_order(found_targets + bonuses + of_adjustments(self.facts.adjustments))
        self.statements = all_statements(program, self.targets, commissions, steps)
        self.states = States(program, self.facts, self.lifecycle, self.targets)

    @property
    def total(self) -> int:
        """The sum of all targets."""
        return sum(target.amount for target in self.targets)


def settle(program: Program, all_facts: Facts, as_of: int | None = None) -> Settlement:
    """A settlement whose payouts are covered, each by the balance as of its own instant ("13. Payouts")."""
    settlement = Settlement(program, all_facts, as_of)
    for payout in settlement.facts.payouts:
        before = [each for each in all_facts.payouts if each.key() < payout.key()]
        named = {each.id for each in before}
        confirmations = [each for each in all_facts.confirmations if each.payout in named]
        then = replace(all_facts, payouts=before, confirmations=confirmations)
        balance = Settlement(program, then, payout.at).states.balances(payout.affiliate)["payable"]
        if payout.sums["earned"] + payout.sums["released"] > balance:
            raise RefusedError("payout.exceeds_balance")
    return settlement
