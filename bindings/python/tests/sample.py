"""The first example and a refund, which several tests settle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import affil

PROGRAM = """
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
attribution.windows.click = "30d"

[[rules]]
id = "shoes"
when.line.category = "shoes"
pay.percent = "10"

[[tiers]]
id = "volume"
mode = "marginal"
steps = [{ from = "1000.00", percent = "12" }]
"""


#: By hand: 10 % of 800; 200 at 10 % and 100.05 at 12 %; 10 % of 50; a quarter of the first goes back.
PAID = {
    "commission:A/1/shoes/ana": Decimal("80.00"),
    "commission:B/1/shoes/ana": Decimal("32.01"),
    "commission:C/1/shoes/ana": Decimal("5.00"),
    "reversal:r/1/shoes/ana": Decimal("-20.00"),
}


def paid(settlement: affil.Settlement) -> dict[str, Decimal]:
    return {target["id"]: target["amount"] for target in settlement.targets.to_dicts()}


def documents() -> dict[str, Any]:
    """The same facts as lists of dicts, in every form that an amount and an instant may have."""
    berlin = timezone(timedelta(hours=2))
    return {
        "affiliates": [{"id": "ana", "groups": ["gold"], "active": True}],
        "touches": [
            {"id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana", "channel": None},
            {"id": "t2", "at": datetime(2026, 3, 27, 21, 59, tzinfo=UTC), "customer": "kim", "affiliate": "ana"},
        ],
        "orders": [
            {
                "id": "A",
                "at": datetime(2026, 3, 10, 12, 0, tzinfo=berlin),
                "customer": "kim",
                "lines": [{"amount": "800.00", "category": "shoes", "quantity": 2}],
            },
            {
                "id": "B",
                "at": "2026-03-31T23:59:00+02:00",
                "customer": "kim",
                "lines": ({"amount": Decimal("300.05"), "category": "shoes"},),
            },
            {
                "id": "C",
                "at": "2026-03-31T22:01:00Z",
                "customer": "kim",
                "lines": [{"amount": Decimal("5E+1"), "category": "shoes"}],
            },
        ],
        "refunds": [{"id": "r", "at": "2026-04-02T12:00:00Z", "order": "A", "amount": Decimal("200.0000")}],
    }
