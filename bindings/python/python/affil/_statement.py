"""Statements: what an affiliate was owed month by month, in documents that it can check itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from affil import _affil, _facts, _html
from affil._errors import Problem, problems_of
from affil._ledger import Entry, entry_fields
from affil._settlement import Settlement

if TYPE_CHECKING:
    import os

    from affil._facts import Facts


@dataclass(frozen=True)
class StatementEntry(Entry):
    """An entry on a statement, with the explanation of its target; none for what is no longer wanted."""

    text: str | None = None


@dataclass(frozen=True, slots=True)
class StatementBalances:
    """What is owed after the month, by where it stands."""

    pending: Decimal
    approved: Decimal
    payable: Decimal
    reserve: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What an affiliate was owed before a month, what was booked in it, and what is owed after it.

    It comes from `Plan.statements`. `previous` is the hash of the affiliate's statement before it, so that nobody can
    change one without changing all that come after it. `plan` is a fingerprint; `until` is up to when the facts were
    told.
    """

    affiliate: str
    month: str
    currency: str
    plan: str
    until: datetime | None
    opening: Decimal
    entries: tuple[StatementEntry, ...]
    closing: Decimal
    balances: StatementBalances
    previous: str | None
    hash: str
    _json: str = field(repr=False)

    @classmethod
    def _of(cls, text: str) -> Statement:
        found = json.loads(text)
        return cls(
            affiliate=found["affiliate"],
            month=found["month"],
            currency=found["currency"],
            plan=found["plan"],
            until=datetime.fromisoformat(found["until"]) if "until" in found else None,
            opening=Decimal(found["opening"]),
            entries=tuple(StatementEntry(**entry_fields(entry)) for entry in found["entries"]),
            closing=Decimal(found["closing"]),
            balances=StatementBalances(**{name: Decimal(amount) for name, amount in found["balances"].items()}),
            previous=found["previous"],
            hash=found["hash"],
            _json=text,
        )

    @classmethod
    def list_from_json(cls, text: str) -> list[Statement]:
        """Read statements as they were handed out: a list of them, or a single one.

        Raises `FactsError` if something is no statement (``statement.schema``). Whether they are right is another
        question: see `verify`.
        """
        return [cls._of(statement) for statement in _affil.statements(text)]

    def to_json(self) -> str:
        """The canonical JSON, which its hash is of: the same bytes in every language."""
        return self._json

    def __str__(self) -> str:
        return f"{self.affiliate}, {self.month}: {self.opening} {self.currency} before, {self.closing} after"

    def _repr_html_(self) -> str:
        kinds = {"date": "day", "entry": "text", "amount": "money", "text": "text"}
        rows: list[dict[str, Any]] = [
            {"date": entry.date, "entry": entry.id, "amount": entry.amount, "text": entry.text}
            for entry in self.entries
        ]
        return _html.paragraph(str(self)) + _html.table(kinds, rows, len(rows))


#: Statements, or the JSON of one each; or a single one; or the JSON of a list.
StatementsLike = Statement | str | Iterable[Statement | str]


def text_of(statements: StatementsLike) -> str:
    """The JSON of a list of statements, or of one."""
    if isinstance(statements, str):
        return statements
    if isinstance(statements, Statement):
        return statements.to_json()
    texts = (statement if isinstance(statement, str) else statement.to_json() for statement in statements)
    return f"[{','.join(texts)}]"


class Proof:
    """What is needed to settle one affiliate's amounts again: the plan, and the facts they depend on.

    It comes from `Plan.proof`, or from `from_json`.
    """

    __slots__ = ("_proof",)

    _proof: _affil.Proof

    def __new__(cls) -> Self:
        """Refuse to make an empty proof."""
        raise TypeError("a proof comes from affil.Plan.proof(...) or affil.Proof.from_json(text)")

    @classmethod
    def _of(cls, proof: _affil.Proof) -> Proof:
        made = object.__new__(cls)
        made._proof = proof
        return made

    @classmethod
    def from_json(cls, text: str) -> Proof:
        """Read what `to_json` wrote.

        Raises `FactsError` if the plan or the facts cannot be read, or the plan was changed (``plan.fingerprint``).
        """
        return cls._of(_affil.Proof.from_json(text))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the plan."""
        return self._proof.plan.fingerprint

    @property
    def facts(self) -> Facts:
        """The facts, those of others only as far as they matter."""
        return _facts.wrapped(self._proof.facts)

    def settle(self) -> Settlement:
        """What its facts settle to under its plan; only what is the affiliate's own is whole in it."""
        return Settlement._of(self._proof.plan.settle(self._proof.facts))

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._proof.to_json()

    def __repr__(self) -> str:
        return f"<affil.Proof: {self.fingerprint[:8]}…, {self.facts!r}>"


def verify(statements: StatementsLike, proof: Proof) -> list[Problem]:
    """Everything that is wrong with statements; an empty list if all is right.

    That each is whole and adds up, that each goes on from the one before it, and that settling the facts of the proof
    again gives every amount. A problem's path begins with the place in the list, from 0.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
    ...     "attribution": {"windows": {}}, "rules": [],
    ... })
    >>> thanks = {"id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "thanks"}
    >>> facts, ledger = affil.Facts(adjustments=[thanks]), affil.Ledger()
    >>> booked = ledger.post(plan.settle(facts))
    >>> (statement,) = plan.statements(facts, ledger, "2026-03")
    >>> proof = plan.proof(facts, "ana")
    >>> affil.verify(statement, proof)
    []
    >>> forged = statement.to_json().replace("5.00", "6.00")
    >>> {problem.code for problem in affil.verify(forged, proof)} >= {"statement.amount", "statement.hash"}
    True
    """
    return problems_of(_affil.verify(text_of(statements), proof._proof))


def page(
    statements: StatementsLike,
    proof: Proof | None = None,
    *,
    engine: str | os.PathLike[str] | None = None,
) -> str:
    """Statements of one affiliate, in the order of their months, as one page of HTML that loads and sends nothing.

    With `proof` and `engine` (a folder with ``engine.js`` and ``affil.wasm`` of the package for browsers) the page
    settles again what it shows and says whether all agrees. Without, it says that it is not checked.

    Raises `FactsError` if something is no statement (``statement.schema``), and `OSError` if the engine cannot be read.
    """
    if proof is None and engine is None:
        return _affil.page(text_of(statements), None)
    if proof is None or engine is None:
        raise TypeError("give both proof and engine, or neither: a page checks itself with both")
    script = Path(engine, "engine.js").read_text(encoding="utf-8")
    module = Path(engine, "affil.wasm").read_bytes()
    return _affil.page(text_of(statements), (proof._proof, script, module))
