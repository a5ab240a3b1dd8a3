"""Codes that no vector can provoke, and what does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import paid
import polars as pl
import test_sheet
from paid import act, claim, opened, opening
from sample import PROGRAM, documents

import affil

if TYPE_CHECKING:
    from collections.abc import Callable

#: Days of the dispute: after it was opened, and past its deadline.
TUESDAY = "2026-05-05T07:00:00Z"
JUNE = "2026-06-10T07:00:00Z"


def said(provoke: Callable[[], object]) -> list[affil.Problem]:
    """The problems that something raises, or finds."""
    try:
        found = provoke()
    except affil.AffilError as error:
        return error.problems
    return [problem for problem in found if isinstance(problem, affil.Problem)] if isinstance(found, list) else []


def _books_dollars() -> None:
    ledger = affil.Ledger()
    ledger.post(affil.Plan.parse(PROGRAM).settle(**documents()))
    ledger.post(affil.Plan.parse(PROGRAM.replace("EUR", "USD")).settle())


def _breaks_a_ledger() -> None:
    ledger = affil.Ledger()
    ledger.post(affil.Plan.parse(PROGRAM).settle(**documents()))
    affil.Ledger.from_json_lines(ledger.to_json_lines().replace('"was":"0.00"', '"was":"1.00"'))


def _opens(**changes: Any) -> affil.Acted:
    return paid.plan().dispute(None, opening(**changes), TUESDAY)


def _rejected() -> affil.Dispute:
    return act(opened(), TUESDAY, "reject", "merchant", reason="returned")


def _changed(old: str, new: str) -> list[affil.Problem]:
    """What is found in ana's statements of two months, with something in the second changed."""
    told = paid.after()
    ledger = paid.books(told)
    months = [paid.plan().statements(told, ledger, month) for month in ("2026-03", "2026-04")]
    ((first,), (second,)) = ([one for one in month if one.affiliate == "ana"] for month in months)
    assert old in second.to_json()
    return affil.verify([first, second.to_json().replace(old, new)], paid.plan().proof(told, "ana"))


def _another_plan() -> list[affil.Problem]:
    told = paid.facts()
    (statement, *_) = paid.plan().statements(told, paid.books(told), "2026-03")
    other = affil.Plan.parse(paid.PROGRAM.replace('percent = "10"', 'percent = "11"'))
    return affil.verify(statement, other.proof(told, "ana"))


def _pays(payees: str = paid.PAYEES, id: str = "AFF-1", **only: Any) -> affil.Export:
    payouts = [payout for payout in paid.plan().payouts(paid.facts(), paid.AT).facts if payout["affiliate"] == "ana"]
    given = [payout | only for payout in payouts]
    return affil.pain001(paid.plan(), given, payees, id=id, created=paid.AT)


def _bills(payees: str) -> affil.Export:
    payouts = [payout for payout in paid.plan().payouts(paid.facts(), paid.AT).facts if payout["affiliate"] == "ana"]
    return affil.invoices(paid.plan(), payouts, payees, first=1)


ELSEWHERE: dict[str, Callable[[], object]] = {
    "document.more_problems": lambda: affil.Facts(affiliates=pl.DataFrame({"id": [""] * 1_001})),
    "table.column_missing": lambda: affil.Facts(affiliates=pl.DataFrame({"active": [True]})),
    "table.column_unknown": lambda: affil.Facts(affiliates=pl.DataFrame({"id": ["ana"], "age": [7]})),
    "table.column_type": lambda: affil.Facts(affiliates=pl.DataFrame({"id": [1.5]})),
    "table.value_missing": lambda: affil.Facts(affiliates=pl.DataFrame({"id": ["ana", None]})),
    "columns.malformed": lambda: test_sheet.columns(pl.DataFrame, lines=test_sheet.LINES | {"order": ["A", "B", "B"]}),
    "columns.obstacle": lambda: affil.Plan.parse(
        PROGRAM.replace("[[rules]]", 'attribution.model = "linear"\n[[rules]]')
    ).credits(test_sheet.columns(pl.DataFrame)),
    "ledger.currency": _books_dollars,
    "ledger.broken": _breaks_a_ledger,
    "dispute.not_taken": lambda: affil.Plan.parse(PROGRAM).dispute(None, opening(), TUESDAY),
    "dispute.unknown": lambda: act(None, TUESDAY, "take", "merchant"),
    "dispute.exists": lambda: paid.plan().dispute(opened(), opening(), TUESDAY),
    "dispute.fields": lambda: act(opened(), TUESDAY, "take", "merchant", reason="returned"),
    "dispute.claim": lambda: _opens(claim=claim(kind="untracked")),
    "dispute.wrong_state": lambda: act(opened(), TUESDAY, "accept", "affiliate"),
    "dispute.wrong_actor": lambda: act(opened(), TUESDAY, "take", "affiliate"),
    "dispute.closed": lambda: act(act(opened(), TUESDAY, "withdraw", "affiliate"), TUESDAY, "take", "merchant"),
    "dispute.too_late": lambda: act(opened(), JUNE, "uphold", "merchant"),
    "dispute.too_early": lambda: act(opened(), TUESDAY, "expire", "clock"),
    "dispute.time_back": lambda: act(opened(), "2026-05-01T07:00:00Z", "take", "merchant"),
    "dispute.no_second_instance": lambda: act(_rejected(), TUESDAY, "appeal", "affiliate"),
    "dispute.amount": lambda: act(opened(), TUESDAY, "uphold_partly", "merchant", amount="5.00"),
    "dispute.reason_missing": lambda: act(opened(), TUESDAY, "reject", "merchant"),
    "dispute.evidence": lambda: _opens(evidence=[{"kind": "other", "reference": "mail.txt", "sha256": "f00d"}]),
    "dispute.evidence_missing": lambda: act(opened(), TUESDAY, "submit", "affiliate"),
    "dispute.evidence_late": lambda: act(
        opened(), JUNE, "submit", "affiliate", evidence=[{"kind": "other", "reference": "mail.txt"}]
    ),
    "dispute.broken": lambda: paid.plan().dispute(
        opened().to_json().replace('"state":"open"', '"state":"upheld"'),
        {"action": "accept", "actor": "merchant"},
        JUNE,
    ),
    "statement.schema": lambda: affil.Statement.list_from_json('{"affiliate":"ana"}'),
    "statement.hash": lambda: _changed('"text":"30.00 EUR', '"text":"31.00 EUR'),
    "statement.chain": lambda: _changed('"previous":"', '"previous":"0'),
    "statement.sum": lambda: _changed('"closing":"', '"closing":"1'),
    "statement.amount": lambda: _changed('"30.00"', '"31.00"'),
    "statement.plan": _another_plan,
    "payee.missing": lambda: _pays(paid.PAYEES.replace('affiliate = "ana"', 'affiliate = "eve"')),
    "payee.iban": lambda: _pays(paid.PAYEES.replace("DE75512108001245126199", "DE75512108001245126198")),
    "payee.name": lambda: _pays(paid.PAYEES.replace('"Ana Müller"', '"東"')),
    "payee.currency": lambda: _pays(currency="USD", rate="1", paid="85.33"),
    "export.limit": lambda: affil.pain001(paid.plan(), [], paid.PAYEES, id="AFF-1", created=paid.AT),
    "export.text": lambda: _pays(id="AFF 1 and much more than thirty-five letters"),
    "invoice.vat": lambda: _bills(paid.PAYEES.replace('wise = "1001"', 'vat = "7"')),
    "internal.bug": lambda: affil._affil._panic("deliberate"),
}
