"""Which rules pay a line, and what they pay before ladders ("2. Rules" of docs/meaning.md).

It must never know ladders, caps or what was rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .conditions import holds, of_affiliate, tested_fields
from .money import ZERO, RefusedError, amount, percentage

if TYPE_CHECKING:
    from .attribution import Credit
    from .facts import Line
    from .program import Doc, Program
    from .sales import Sale


@dataclass
class Commission:
    """What one line owes one credited affiliate under one rule."""

    sale: Sale
    line: Line
    rule: int
    credit: Credit
    line_base: int
    base: int
    own: Fraction
    exact: Fraction = ZERO
    amount: int = 0

    def key(self) -> tuple[int, bytes, int, int, int]:
        """The place in sequence: `order.at`, `order.id`, line, rule, credit."""
        return (*self.sale.key(), self.line.position, self.rule, self.credit.place)


@dataclass(frozen=True)
class Unpaid:
    """A line that pays a credited affiliate nothing, and why; or (without a line) an order nobody is credited with."""

    order: str
    line: str | None
    affiliate: str | None
    reason: str


def is_percent(rule: Doc) -> bool:
    """Whether a rule pays a percentage; otherwise it pays a flat amount."""
    return "percent" in rule["pay"]


class Rules:
    """The rules of a program, for all its sales."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def _dated(self, doc: Doc, sale: Sale, credit: Credit) -> bool:
        """Whether the instant that `dated_by` names lies within the dates of a rule or deal."""
        by = doc.get("dated_by", "order")
        at = {"order": sale.order.at, "first_charge": sale.first_charge, "joined": credit.affiliate.joined}[by]
        return self._program.zone.within(at, doc)

    def _recurs(self, doc: Doc, sale: Sale) -> bool:
        """Whether a charge is among those that `recurring` pays (section 2, step 2)."""
        if sale.charge is None or sale.first_charge is None:
            return False
        months = doc.get("months")
        late = months is not None and sale.order.at >= self._program.zone.plus_months(sale.first_charge, int(months))
        return not late and sale.charge <= int(doc.get("charges", sale.charge))

    def _matches(self, rule: Doc, sale: Sale, line: Line, credit: Credit) -> bool:
        """Section 2, step 2: whether a rule matches a line and an affiliate."""
        for_actions = rule["pay"].get("per") == "action"
        return (
            for_actions == (sale.order.action is not None)
            and holds(self._program, rule.get("when", {}), sale.subject(credit, line)) is True
            and self._dated(rule, sale, credit)
            and ("recurring" not in rule or self._recurs(rule["recurring"], sale))
        )

    def _line_base(self, rule: Doc, sale: Sale, line: Line) -> int:
        """Section "Base": the amount less the declared parts, in the order's currency, then converted."""
        base = line.amount
        for part in rule["pay"].get("less", []):
            if part == "cost" and part not in line.parts:
                raise RefusedError("line.cost_missing")
            base -= line.parts.get(part, 0)
        return sale.convert(self._program, max(base, 0) if line.amount >= 0 else min(base, 0))

    def _deal(self, rule: Doc, sale: Sale, credit: Credit) -> Doc:
        """Section "Deals": the first that is true of the affiliate and has a value of the rule's kind."""
        kind = "percent" if is_percent(rule) else "flat"
        for deal in self._program.tables("deals"):
            named = "rules" not in deal or rule["id"] in deal["rules"]
            true = of_affiliate(self._program, deal["when"], credit.affiliate) is True
            if named and true and kind in deal and self._dated(deal, sale, credit):
                return deal
        return {}

    def own_rate(self, rule: Doc, sale: Sale, credit: Credit) -> Fraction:
        """The rule's own percentage for this sale and affiliate, after taper and deals."""
        deal = self._deal(rule, sale, credit)
        if deal:
            return percentage(deal["percent"])
        rate = rule["pay"]["percent"]
        for entry in rule.get("recurring", {}).get("taper", []):
            if sale.charge is not None and entry["from"] <= sale.charge:
                rate = entry["percent"]
        return percentage(rate)

    def _flat(self, rule: Doc, sale: Sale, credit: Credit) -> int:
        """The flat amount of a rule, in the program's currency ("Flat", "Deals")."""
        deal = self._deal(rule, sale, credit)
        flat = deal["flat"] if deal else rule["pay"]["flat"]
        if isinstance(flat, str):
            return amount(flat, self._program.currency)
        if sale.order.currency in flat:
            return sale.convert(self._program, amount(flat[sale.order.currency], sale.order.currency))
        return amount(flat[self._program.currency], self._program.currency)

    def part(self, sale: Sale, whole: int, credit: Credit) -> int:
        """What of an amount of the order falls to a credit."""
        return sale.attribution.divided(self._program, whole)[credit.place]

    def commission(self, index: int, sale: Sale, line: Line, credit: Credit) -> Commission:
        """What a rule pays for a line, before ladders, floors and caps; `own` is its own rate or flat amount."""
        rule = self._program.rules[index]
        line_base = self._line_base(rule, sale, line)
        base = self.part(sale, line_base, credit)
        if is_percent(rule):
            own = self.own_rate(rule, sale, credit)
            return Commission(sale, line, index, credit, line_base, base, own, base * own)
        whole = self._flat(rule, sale, credit) * (line.quantity if rule["pay"]["per"] == "unit" else 1)
        own = Fraction(self.part(sale, whole, credit) if line.amount >= 0 else 0)
        return Commission(sale, line, index, credit, line_base, base, own, own)

    def _choose(self, found: list[Commission], paid: set[tuple[int, int]]) -> list[Commission]:
        """Which of the matching rules that compete pay the line (section 2, step 3)."""
        conflict = self._program.doc.get("conflict", "first")
        if not found or conflict == "stack":
            return found

        def worth(commission: Commission) -> Fraction:
            return ZERO if self._is_paid(commission, paid) else commission.exact

        def conditions(commission: Commission) -> int:
            rule = self._program.rules[commission.rule]
            return tested_fields(rule.get("when", {})) + ("from" in rule or "until" in rule) + ("recurring" in rule)

        if conflict == "best":
            return [max(found, key=worth)]
        return [max(found, key=conditions)] if conflict == "most_specific" else found[:1]

    def _is_paid(self, commission: Commission, paid: set[tuple[int, int]]) -> bool:
        """Whether a flat amount per order was already paid to this affiliate in this order."""
        once = self._program.rules[commission.rule]["pay"].get("per") == "order"
        return once and (commission.rule, commission.credit.place) in paid

    def _unpaid(self, sale: Sale, line: Line, credit: Credit) -> str | None:
        """Section 2, step 1, after section 12: why a line pays nothing before any rule is looked at."""
        if line.position in sale.declined:
            return "declined"
        subject = sale.subject(credit, line)
        excluded = any(holds(self._program, each["when"], subject) is True for each in self._program.tables("exclude"))
        return "excluded" if excluded else None

    def _of_line(
        self, sale: Sale, line: Line, credit: Credit, paid: set[tuple[int, int]]
    ) -> tuple[list[Commission], str | None]:
        """Section 2 for one line and one credited affiliate: its commissions, or why there are none."""
        reason = self._unpaid(sale, line, credit)
        if reason:
            return [], reason
        rules = self._program.rules
        found = [
            self.commission(index, sale, line, credit)
            for index, rule in enumerate(rules)
            if self._matches(rule, sale, line, credit)
        ]
        chosen = self._choose([each for each in found if not rules[each.rule].get("on_top")], paid)
        chosen = chosen + [each for each in found if rules[each.rule].get("on_top")]
        pays = [each for each in chosen if not self._is_paid(each, paid)]
        paid.update((each.rule, each.credit.place) for each in chosen)
        return sorted(pays, key=Commission.key), None if chosen else "no_rule"

    def of_sale(self, sale: Sale) -> tuple[list[Commission], list[Unpaid]]:
        """All commissions of an order, in sequence, and what is unpaid."""
        if sale.attribution.reason is not None:
            return [], [Unpaid(sale.order.id, None, None, sale.attribution.reason)]
        paid: set[tuple[int, int]] = set()
        commissions: list[Commission] = []
        unpaid = []
        for line in sale.order.lines:
            for credit in sale.credits:
                found, reason = self._of_line(sale, line, credit, paid)
                commissions += found
                if reason:
                    unpaid.append(Unpaid(sale.order.id, line.id, credit.affiliate.id, reason))
        return sorted(commissions, key=Commission.key), unpaid
