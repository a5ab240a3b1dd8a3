"""Why an amount is what it is, and why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from affil import _html


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a target has its amount: the steps that led to it, and one line of text.

    Each step of `because` has its own figures as text, and the place of its clause in the program.
    """

    id: str
    affiliate: str
    amount: Decimal
    currency: str
    text: str
    because: tuple[dict[str, Any], ...]
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> Explanation:
        found = json.loads(text)
        found["amount"] = Decimal(found["amount"])
        found["because"] = tuple(found["because"])
        return cls(**found, _json=text)

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        head, *steps = self.text.split(" · ")
        return _html.paragraph(head) + _html.items(steps)


class Explanations(tuple[Explanation, ...]):
    """The explanations of an order; printed, they are one line each."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(explanation.text for explanation in self)

    def _repr_html_(self) -> str:
        return _html.items([explanation.text for explanation in self])


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why an order or a line paid nothing or less than its rules gave, and what would have changed it."""

    reason: str
    text: str
    line: str | None = None
    affiliate: str | None = None
    touch: str | None = None
    rule: str | None = None
    change: str | None = None
    program: str | None = None

    def __str__(self) -> str:
        return self.text if self.change is None else f"{self.text}; {self.change}"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an order, or some of its lines, paid nothing, or less than the rules gave; without findings, everything paid.

    `affiliate` is who was credited with it; of several, all their names.
    """

    order: str
    affiliate: str | None
    findings: tuple[Finding, ...]
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> WhyNot:
        found = json.loads(text)
        findings = tuple(Finding(**finding) for finding in found["findings"])
        return cls(order=found["order"], affiliate=found.get("affiliate"), findings=findings, _json=text)

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)

    def _repr_html_(self) -> str:
        return _html.items([str(finding) for finding in self.findings])
