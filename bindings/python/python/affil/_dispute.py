"""Disputes: what was done in one, what a claim is worth, and what is likely to be disputed soon."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, overload

from affil import _html

Actor = Literal["affiliate", "merchant", "mediator", "clock"]

DisputeState = Literal[
    "open",
    "in_review",
    "awaiting_evidence",
    "upheld",
    "partly_upheld",
    "rejected",
    "appealed",
    "final",
    "withdrawn",
    "expired",
]

RiskKind = Literal["declined_without_reason", "deadline_near", "reversals_up", "touches_close", "count_differs"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Where a dispute stands, and everything that led there. `Plan.dispute` makes one, and the next from it.

    `deadline` is the first instant that is too late for whom it `waits_for`, and at which the clock may act.
    `outcomes` are what was decided, the last of which counts; `history` is all that was done, as the documents say it.
    """

    id: str
    state: DisputeState
    waits_for: Actor | None
    deadline: datetime | None
    currency: str
    outcomes: tuple[dict[str, Any], ...]
    terms: dict[str, Any]
    history: tuple[dict[str, Any], ...]
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> Dispute:
        found = json.loads(text)
        return cls(
            id=found["id"],
            state=found["state"],
            waits_for=found.get("waits_for"),
            deadline=datetime.fromisoformat(found["deadline"]) if "deadline" in found else None,
            currency=found["currency"],
            outcomes=tuple(found.get("outcomes", ())),
            terms=found["terms"],
            history=tuple(found["history"]),
            _json=text,
        )

    @property
    def claim(self) -> dict[str, Any]:
        """What is claimed."""
        claim: dict[str, Any] = self.history[0]["claim"]
        return claim

    @property
    def amount(self) -> Decimal:
        """What would be owed if the claim were true, as was said when the dispute was opened."""
        return Decimal(self.history[0]["amount"])

    def to_json(self) -> str:
        """The canonical JSON, to keep and to give to `Plan.dispute`: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        waits = f", waits for {self.waits_for}" if self.waits_for else ""
        until = f" until {self.deadline.isoformat().replace('+00:00', 'Z')}" if self.deadline else ""
        return f"{self.id}: {self.state}{waits}{until}"


@dataclass(frozen=True, slots=True)
class Acted:
    """A dispute after an action, and the facts that it wants, if a final decision grants something.

    The facts are tables of rows by their names, to add to those there are: ``facts + affil.Facts(**acted.facts)``.
    """

    dispute: Dispute
    facts: dict[str, Any] | None
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, texts: tuple[str, str]) -> Acted:
        text, dispute = texts
        return cls(Dispute._of(dispute), json.loads(text).get("facts"), text)

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json


@dataclass(frozen=True, slots=True)
class OtherChange:
    """What another affiliate would be owed more, or (negative) less."""

    affiliate: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A target that would change; zero where it is not, or would not be, there."""

    id: str
    affiliate: str
    was: Decimal
    now: Decimal


@dataclass(frozen=True, slots=True)
class ClaimValue:
    """What would be owed if a claim were true: settling with its facts, less settling without them.

    `owed` is what remains for whom it is about, `others` who would lose or gain by it, `targets` the change target by
    target.
    """

    currency: str
    affiliate: str
    owed: Decimal
    others: tuple[OtherChange, ...]
    targets: tuple[TargetChange, ...]
    text: str
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> ClaimValue:
        found = json.loads(text)
        return cls(
            currency=found["currency"],
            affiliate=found["affiliate"],
            owed=Decimal(found["owed"]),
            others=tuple(OtherChange(other["affiliate"], Decimal(other["amount"])) for other in found["others"]),
            targets=tuple(
                TargetChange(change["id"], change["affiliate"], Decimal(change["was"]), Decimal(change["now"]))
                for change in found["targets"]
            ),
            text=found["text"],
            _json=text,
        )

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that is likely to be disputed: whose, about what, and which `statistic` has which `value`.

    From `threshold` on it is a risk. Figures are text.
    """

    kind: RiskKind
    affiliate: str
    statistic: str
    value: str
    threshold: str
    text: str
    order: str | None = None
    line: str | None = None
    month: str | None = None
    dispute: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Risks(Sequence[Risk]):
    """What is likely to be disputed soon, by what was known at an instant; printed, it is one line each."""

    at: datetime
    risks: tuple[Risk, ...]
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> Risks:
        found = json.loads(text)
        return cls(datetime.fromisoformat(found["at"]), tuple(Risk(**risk) for risk in found["risks"]), text)

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._json

    @overload
    def __getitem__(self, index: int) -> Risk: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Risk, ...]: ...
    def __getitem__(self, index: int | slice) -> Risk | tuple[Risk, ...]:
        return self.risks[index]

    def __len__(self) -> int:
        return len(self.risks)

    def __str__(self) -> str:
        return "\n".join(risk.text for risk in self.risks)

    def _repr_html_(self) -> str:
        return _html.items([risk.text for risk in self.risks])
