"""A month from earned to paid, which several tests walk through."""

from __future__ import annotations

from typing import Any

import affil

#: Ten percent, decided on the tenth of the next month; ben is paid in dollars, the others with tax on top.
PROGRAM = """
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
attribution.windows.click = "30d"
lifecycle = { lock = "fixed_day", day = 10 }
rules = [{ id = "all", pay.percent = "10" }]
disputes = { open_within = "75d", answer_within = "10bd", evidence_within = "7d" }

[[payouts]]
id = "dollars"
when.group = "us"
currency = "USD"

[[payouts]]
id = "standard"
minimum = "50.00"
reserve = { percent = "10", lasts = "6mo" }
vat = { treatment = "outside", percent = "19" }
fee = { amount = "0.35" }
"""

#: When payouts are proposed, and up to when the story goes.
AT = "2026-04-30T10:00:00Z"
END = "2026-05-31T10:00:00Z"

PAYEES = """
schema = "affil/payees/1"

[payer]
name = "Schuh GmbH"
iban = "DE89370400440532013000"
address = { town = "Bonn", country = "DE" }
vat_id = "DE123456789"

[[payees]]
affiliate = "ana"
name = "Ana Müller"
iban = "DE75512108001245126199"
wise = "1001"
address = { town = "Köln", country = "DE" }
vat_id = "DE987654321"

[[payees]]
affiliate = "ben"
name = "Ben Hill"
email = "ben@example.com"
"""


def documents() -> dict[str, Any]:
    """What happened until the end of April, as lists of dicts."""

    def order(id: str, at: str, customer: str, amount: str) -> dict[str, Any]:
        return {"id": id, "at": at, "customer": customer, "lines": [{"amount": amount}]}

    touch = {"at": "2026-03-09T10:00:00Z"}
    return {
        "affiliates": [{"id": "ana"}, {"id": "ben", "groups": ["us"]}, {"id": "cy"}, {"id": "dee"}],
        "touches": [
            {"id": "1", **touch, "customer": "kim", "affiliate": "ana"},
            {"id": "2", **touch, "customer": "lee", "affiliate": "ben"},
            {"id": "3", **touch, "customer": "max", "affiliate": "cy"},
            {"id": "4", "at": "2026-04-14T10:00:00Z", "customer": "kim", "affiliate": "ana"},
        ],
        "orders": [
            order("A", "2026-03-10T10:00:00Z", "kim", "800.00"),
            order("B", "2026-04-15T10:00:00Z", "kim", "300.00"),
            order("C", "2026-03-11T10:00:00Z", "lee", "1000.00"),
            order("D", "2026-03-12T10:00:00Z", "max", "200.00"),
            order("E", "2026-03-20T10:00:00Z", "kim", "50.00"),
        ],
        "adjustments": [
            {"id": "x", "at": "2026-03-13T10:00:00Z", "affiliate": "dee", "amount": "-5.00", "reason": "overpaid"}
        ],
        "reviews": [
            {
                "id": "v",
                "at": "2026-04-02T10:00:00Z",
                "orders": ["E"],
                "decision": "decline",
                "reason": "returned",
            }
        ],
        "quotes": [{"from": "EUR", "to": "USD", "date": "2026-04-30", "rate": "1.0823"}],
    }


def plan() -> affil.Plan:
    return affil.Plan.parse(PROGRAM)


def facts() -> affil.Facts:
    return affil.Facts(**documents())


def after() -> affil.Facts:
    """The facts of the end of May: ana's payout arrived, ben's came back."""
    run = plan().payouts(facts(), AT)
    confirmations = [
        {"id": "c1", "at": "2026-05-03T10:00:00Z", "payout": "2026-04-30/ana", "outcome": "paid"},
        {"id": "c2", "at": "2026-05-04T10:00:00Z", "payout": "2026-04-30/ben", "outcome": "failed"},
    ]
    return facts() + affil.Facts(payouts=run.facts, confirmations=confirmations, until=END)


def books(told: affil.Facts) -> affil.Ledger:
    """March closed, then April, then all that is told."""
    ledger = affil.Ledger()
    for end, month in [("2026-03-31T22:00:00Z", "2026-03"), ("2026-04-30T22:00:00Z", "2026-04")]:
        ledger.post(plan().settle(told.as_of(end)))
        ledger.close(month)
    ledger.post(plan().settle(told))
    return ledger


def claim(**changes: Any) -> dict[str, Any]:
    """Ana says that E was not returned."""
    return {"kind": "declined", "affiliate": "ana", "order": "E", "at": "2026-04-02T10:00:00Z", **changes}


def opening(**changes: Any) -> dict[str, Any]:
    return {"action": "open", "actor": "affiliate", "id": "d1", "amount": "5.00", "claim": claim(), **changes}


def act(dispute: affil.Dispute | None, now: str, action: str, actor: str, **rest: Any) -> affil.Dispute:
    return plan().dispute(dispute, {"action": action, "actor": actor, **rest}, now).dispute


def opened() -> affil.Dispute:
    """Opened on a Monday: ten business days are over with Monday, 25 May; 18 May is the last but five."""
    return plan().dispute(None, opening(), "2026-05-04T07:00:00Z").dispute
