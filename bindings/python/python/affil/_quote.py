"""What a cart would pay."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class QuoteCommission:
    """What one rule would pay for a line of a cart."""

    rule: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What a line of a cart would pay, rule by rule, or the reason why it would pay nothing."""

    id: str
    amount: Decimal
    commissions: tuple[QuoteCommission, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a cart would pay an affiliate: the same cents that settling the order would give."""

    total: Decimal
    currency: str
    lines: tuple[QuoteLine, ...]
    plan: str
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> Quote:
        found = json.loads(text)
        lines = tuple(
            QuoteLine(
                id=line["id"],
                amount=Decimal(line["amount"]),
                commissions=tuple(
                    QuoteCommission(paid["rule"], Decimal(paid["amount"])) for paid in line["commissions"]
                ),
                reason=line.get("reason"),
            )
            for line in found["lines"]
        )
        return cls(Decimal(found["total"]), found["currency"], lines, found["plan"], text)

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"
