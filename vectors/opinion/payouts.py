"""Proposing payouts ("13. Payouts" of docs/books.md).

It must never know how an amount was earned.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from .instants import stamp
from .money import RefusedError, decimal, minor_units, number, percentage, rounded, written
from .settle import settle
from .states import terms_of
from .targets import escaped

if TYPE_CHECKING:
    from .facts import Facts
    from .program import Doc, Program


def _vat(terms: Doc, after_reserve: int, mode: str) -> tuple[str, int]:
    """The treatment and the amount of VAT (step 4)."""
    doc = terms.get("vat", {"treatment": "none"})
    treatment = str(doc["treatment"])
    if treatment == "none":
        return treatment, 0
    rate = percentage(doc["percent"])
    exact = after_reserve * rate / (1 + rate) if treatment == "inside" else after_reserve * rate
    return treatment, rounded(Fraction(exact), mode)


def _fee(program: Program, terms: Doc, balance: int, after_reserve: int) -> int:
    """What it costs to pay (step 6)."""
    doc = terms.get("fee", {})
    units = minor_units(program.currency)
    if "waived_from" in doc and balance >= number(doc["waived_from"]) * units:
        return 0
    fixed = number(doc.get("amount", "0")) * units
    return int(fixed) + rounded(percentage(doc.get("percent", "0")) * after_reserve, program.mode)


def _sums(program: Program, terms: Doc, balance: int, released: int) -> dict[str, int]:
    """Steps 2 to 7: all amounts of a proposal, in minor units."""
    mode = program.mode
    earned = balance - released
    reserve = 0
    if "reserve" in terms:
        reserve = max(0, rounded(percentage(terms["reserve"]["percent"]) * earned, mode))
    after_reserve = balance - reserve
    treatment, vat = _vat(terms, after_reserve, mode)
    net = after_reserve - vat if treatment == "inside" else after_reserve
    withholding = rounded(percentage(terms.get("withholding", "0")) * net, mode)
    fee = _fee(program, terms, balance, after_reserve)
    transfer = earned + released - reserve - withholding
    transfer += vat if treatment == "outside" else 0
    transfer -= fee if terms.get("fee", {}).get("payer", "affiliate") == "affiliate" else 0
    return {
        "earned": earned,
        "released": released,
        "reserve": reserve,
        "vat": vat,
        "withholding": withholding,
        "fee": fee,
        "transfer": transfer,
    }


class Proposals:
    """The payouts that are proposed as of an instant, and what is carried forward."""

    def __init__(self, program: Program, facts: Facts, at: int) -> None:
        self._program = program
        self._settlement = settle(program, facts, at)
        self._at = at
        self.payouts: dict[str, Doc] = {}
        self.carried: dict[str, tuple[int, str]] = {}
        self.total = 0
        for affiliate in self._settlement.states.affiliates():
            terms = terms_of(program, self._settlement.facts, affiliate)
            if terms is not None:
                self._propose(affiliate, terms)

    def _propose(self, affiliate: str, terms: Doc) -> None:
        """Steps 1 to 7 for one affiliate."""
        states = self._settlement.states
        balance = states.balances(affiliate)["payable"]
        least = number(terms.get("minimum", "0")) * minor_units(self._program.currency)
        if balance <= 0 or balance < least:
            if balance:
                self.carried[affiliate] = balance, "negative" if balance < 0 else "below_minimum"
            return
        released = max(0, min(balance, states.released(affiliate)))
        sums = _sums(self._program, terms, balance, released)
        if sums["transfer"] <= 0:
            self.carried[affiliate] = balance, "nothing_left"
            return
        self.total += sums["transfer"]
        self.payouts[self._id(affiliate)] = self._document(affiliate, terms, sums)

    def _id(self, affiliate: str) -> str:
        """`DAY/AFFILIATE`, with a number where such a payout is known already."""
        known = {payout.id for payout in self._settlement.facts.payouts}
        first = f"{self._program.zone.day(self._at).isoformat()}/{escaped(affiliate)}"
        found, count = first, 1
        while found in known:
            count += 1
            found = f"{first}/{count}"
        return found

    def _document(self, affiliate: str, terms: Doc, sums: dict[str, int]) -> Doc:
        """A proposal as the payout fact that it would be."""
        own = self._program.currency
        doc: Doc = {key: written(value, own) for key, value in sums.items()}
        doc.update(at=stamp(self._at), affiliate=affiliate, terms=terms["id"])
        doc["treatment"] = terms.get("vat", {}).get("treatment", "none")
        doc["fee_payer"] = terms.get("fee", {}).get("payer", "affiliate")
        if sums["reserve"]:
            doc["release"] = stamp(self._program.zone.plus(self._at, terms["reserve"]["lasts"]))
        currency = str(terms.get("currency", own))
        doc["currency"], doc["paid"] = currency, doc["transfer"]
        if currency != own:
            quotes = self._settlement.facts.quotes.get((own, currency), {})
            rate = quotes.get(self._program.zone.day(self._at).isoformat())
            if rate is None:
                raise RefusedError("currency.no_quote")
            exact = Fraction(sums["transfer"], minor_units(own)) * number(rate) * minor_units(currency)
            doc["paid"], doc["rate"] = written(rounded(exact, self._program.mode), currency), decimal(number(rate))
        return doc
