"""What facts must agree on with each other before anything is settled ("Facts" of docs/meaning.md, section 13).

It must never know a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .money import RefusedError, amount

if TYPE_CHECKING:
    from .facts import Facts
    from .program import Program


def _named(program: Program, facts: Facts) -> set[str]:
    """All affiliates that a fact or a shared commission names."""
    found = {touch.affiliate for touch in facts.touches if touch.affiliate is not None}
    found |= {each.affiliate for each in facts.adjustments}
    found |= {each.affiliate for each in facts.payouts}
    found |= {each.recruiter for each in facts.affiliates.values() if each.recruiter is not None}
    for rule in program.rules:
        found |= {party["affiliate"] for party in rule["pay"].get("share", []) if "affiliate" in party}
    return found


def _recruiters(facts: Facts) -> None:
    """Recruiters that form a circle are refused."""
    for affiliate in facts.affiliates:
        seen: set[str] = set()
        at: str | None = affiliate
        while at is not None:
            if at in seen:
                raise RefusedError("affiliate.recruiting_cycle")
            seen.add(at)
            at = facts.affiliate(at).recruiter


def _confirmations(facts: Facts) -> None:
    """A confirmation is of a payout, not before it, and never says `paid` after `failed`."""
    payouts = {payout.id: payout for payout in facts.payouts}
    failed: set[str] = set()
    for each in facts.confirmations:
        if each.at < payouts[each.payout].at:
            raise RefusedError("payout.confirmed_early")
        if each.outcome == "paid" and each.payout in failed:
            raise RefusedError("payout.failed_before")
        if each.outcome == "failed":
            failed.add(each.payout)


def _payouts(facts: Facts, currency: str) -> None:
    """The amounts of a payout must add up ("13. Payouts")."""
    for payout in facts.payouts:
        sums = payout.sums
        whole = sums["earned"] + sums["released"] - sums["reserve"] - sums["withholding"]
        whole += sums["vat"] if payout.treatment == "outside" else 0
        whole -= sums["fee"] if payout.fee_payer == "affiliate" else 0
        below = any(value < 0 for key, value in sums.items() if key != "earned")
        if below or sums["transfer"] != whole or whole <= 0 or (payout.treatment == "none" and sums["vat"]):
            raise RefusedError("payout.sum")
        if payout.paid is None and payout.currency != currency:
            raise RefusedError("payout.sum")
        if payout.paid is not None and payout.currency == currency and payout.paid != whole:
            raise RefusedError("payout.sum")
        if sums["reserve"] and (payout.release is None or payout.release < payout.at):
            raise RefusedError("payout.release")


def _limits(program: Program, facts: Facts) -> None:
    """An affiliate's own limit of a cap must be an amount."""
    names = {cap["attribute"] for cap in program.tables("caps") if "attribute" in cap}
    for affiliate in facts.affiliates.values():
        for name in names & affiliate.attributes.keys():
            try:
                amount(affiliate.attributes[name], program.currency)
            except RefusedError as error:
                raise RefusedError("affiliate.attribute") from error


def check_facts(program: Program, facts: Facts) -> None:
    """Refuse facts that do not fit together."""
    if program.doc.get("unknown_affiliates", "refuse") == "refuse":
        unknown = _named(program, facts) - facts.affiliates.keys()
        if unknown:
            raise RefusedError("affiliate.unknown")
    _recruiters(facts)
    _limits(program, facts)
    _payouts(facts, program.currency)
    _confirmations(facts)
