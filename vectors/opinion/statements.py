"""Statements: the targets of an affiliate in a month, added up ("A statement" in section 8 of docs/meaning.md).

It must never know how a target came to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .money import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .program import Program
    from .refunds import Step
    from .rules import Commission
    from .targets import Target


@dataclass
class Statement:
    """What an affiliate earned in a month; `sales` and `refunded` are its parts of the lines, in minor units."""

    sums: dict[str, int] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)
    sales: int = 0
    refunded: int = 0

    @property
    def total(self) -> int:
        """What all targets add up to."""
        return sum(self.sums.values())


def all_statements(
    program: Program, targets: Sequence[Target], commissions: Sequence[Commission], steps: Sequence[Step]
) -> dict[tuple[str, str], Statement]:
    """The statements by affiliate and month: one wherever there is a target."""
    found: dict[tuple[str, str], Statement] = {}
    for target in targets:
        statement = found.setdefault((target.affiliate, program.zone.month(target.at)), Statement())
        statement.sums[target.kind] = statement.sums.get(target.kind, 0) + target.amount
    lines = {(each.sale.order.id, each.line.position, each.credit.place): each for each in commissions}
    for each in lines.values():
        sale, who = each.sale, each.credit.affiliate.id
        part = sale.attribution.divided(program, sale.amounts[each.line.position])[each.credit.place]
        if sold := found.get((who, program.zone.month(sale.order.at))):
            sold.orders.add(sale.order.id)
            sold.sales += part
        for step in steps:
            if step.order.id == sale.order.id and step.line.position == each.line.position:
                taken = share(part, step.after, program.mode) - share(part, step.before, program.mode)
                if given_back := found.get((who, program.zone.month(step.refund.at))):
                    given_back.refunded += taken
    return found
