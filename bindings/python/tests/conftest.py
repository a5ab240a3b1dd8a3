"""What several tests start from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sample import PROGRAM

import affil


@pytest.fixture
def plan() -> affil.Plan:
    return affil.Plan.parse(PROGRAM)


@pytest.fixture
def columns() -> dict[str, dict[str, list[Any]]]:
    """The tables of the first example and a refund, as columns of Python's own types."""

    def at(text: str) -> datetime:
        return datetime.fromisoformat(text)

    return {
        "affiliates": {"id": ["ana"]},
        "touches": {
            "id": ["t1", "t2"],
            "at": [at("2026-03-09T10:00:00+00:00"), at("2026-03-27T21:59:00+00:00")],
            "customer": ["kim", "kim"],
            "affiliate": ["ana", "ana"],
        },
        "orders": {
            "id": ["A", "B", "C"],
            "at": [
                at("2026-03-10T10:00:00+00:00"),
                at("2026-03-31T21:59:00+00:00"),
                at("2026-03-31T22:01:00+00:00"),
            ],
            "customer": ["kim"] * 3,
            "amount": [Decimal("800.00"), Decimal("300.05"), Decimal("50.00")],
            "category": ["shoes"] * 3,
        },
        "refunds": {
            "id": ["r"],
            "at": [at("2026-04-02T12:00:00+00:00")],
            "order": ["A"],
            "amount": [Decimal("200.00")],
        },
    }
