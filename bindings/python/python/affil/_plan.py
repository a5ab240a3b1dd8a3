"""Programs, compiled to plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from affil import _affil
from affil._errors import Problem, ProgramError, problems_of
from affil._explain import Explanation
from affil._facts import ArrowArray, ArrowStream, Facts, TableLike, inner
from affil._quote import Quote
from affil._settlement import Settlement

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from datetime import datetime


def _text(document: str | Mapping[str, object]) -> tuple[str, bool]:
    """The document as text, and whether it was one: otherwise its lines and columns would tell nobody anything."""
    return (document, True) if isinstance(document, str) else (_affil.to_json(document), False)


def check(program: str | Mapping[str, object]) -> list[Problem]:
    """All that is wrong with a program (TOML, JSON or a dict); an empty list if it compiles.

    >>> import affil
    >>> [problem.code for problem in affil.check({"schema": "affil/1", "currency": "EUR", "zone": "UTC", "rules": []})]
    ['document.missing_key']
    """
    return problems_of(_affil.check(*_text(program)))


class Plan:
    """A compiled program: immutable, complete, and with a fingerprint.

    Make one with `Plan.load` or `Plan.parse`.
    """

    __slots__ = ("_plan",)

    _plan: _affil.Plan

    def __new__(cls) -> Self:
        """Refuse to make an empty plan."""
        raise TypeError("make a plan with affil.Plan.load(path) or affil.Plan.parse(text)")

    @classmethod
    def _of(cls, plan: _affil.Plan) -> Plan:
        made = object.__new__(cls)
        made._plan = plan
        return made

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Plan:
        """Read a program (TOML or JSON) or a compiled plan from a file.

        Raises `ProgramError` with all problems at once, and `OSError` if the file cannot be read.
        """
        try:
            return cls.parse(Path(path).read_text(encoding="utf-8"))
        except ProgramError as error:
            error.add_note(f"in {path}")
            raise

    @classmethod
    def parse(cls, program: str | Mapping[str, object]) -> Plan:
        """Compile a program (TOML, JSON or a dict), or take a compiled plan.

        Raises `ProgramError` with all problems at once.
        """
        return cls._of(_affil.Plan.from_text(*_text(program)))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what the plan says: plans with one fingerprint settle alike."""
        return self._plan.fingerprint

    @property
    def currency(self) -> str:
        """The currency in which it pays."""
        return self._plan.currency

    @property
    def program(self) -> dict[str, Any]:
        """The program, as its JSON document."""
        program: dict[str, Any] = json.loads(self._plan.program())
        return program

    def to_json(self) -> str:
        """The compiled plan with its zone rules, for `Plan.parse` and for a browser."""
        return self._plan.to_json()

    def lint(self) -> list[Problem]:
        """What the program's author may not have meant, as warnings; an empty list if nothing was found.

        A warning is never a refusal: the plan settles all the same.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
        ...     "rules": [{"id": "all", "pay": {"percent": "20"}}],
        ...     "tiers": [{"id": "t", "mode": "whole", "steps": [{"from": "10000.00", "percent": "25"}]}],
        ... })
        >>> [(warning.code, warning.severity, warning.path) for warning in plan.lint()]
        [('lint.cliff', 'warning', '/tiers/0/steps/0')]
        """
        return problems_of(self._plan.lint())

    def settle(
        self,
        facts: Facts | None = None,
        *,
        affiliates: TableLike | None = None,
        touches: TableLike | None = None,
        orders: TableLike | None = None,
        lines: ArrowStream | ArrowArray | None = None,
        refunds: TableLike | None = None,
        adjustments: TableLike | None = None,
        reviews: TableLike | None = None,
        payouts: TableLike | None = None,
        confirmations: TableLike | None = None,
        quotes: TableLike | None = None,
        until: datetime | str | None = None,
    ) -> Settlement:
        """What the ledger should say, given facts, or tables and `until` as `Facts` takes them.

        Other threads go on meanwhile. Raises `FactsError` with all problems at once.
        """
        after = (reviews, payouts, confirmations)
        tables = (affiliates, touches, orders, lines, refunds, adjustments, *after, quotes, until)
        if facts is None:
            facts = Facts(
                affiliates=affiliates,
                touches=touches,
                orders=orders,
                lines=lines,
                refunds=refunds,
                adjustments=adjustments,
                reviews=reviews,
                payouts=payouts,
                confirmations=confirmations,
                quotes=quotes,
                until=until,
            )
        elif any(table is not None for table in tables):
            raise TypeError("give either facts or tables, not both")
        return Settlement._of(self._plan.settle(inner(facts)))

    def explain(self, facts: Facts, id: str) -> Explanation:
        """Why a target or an entry has its amount.

        Raises `FactsError` if the facts do not settle or nothing has this id (``target.unknown``).
        """
        return Explanation._of(self._plan.explain(inner(facts), id))

    def quote(self, cart: str | Mapping[str, object]) -> Quote:
        """What a cart would pay an affiliate.

        Raises `FactsError` with all that is wrong with the cart.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
        ...     "rules": [{"id": "all", "pay": {"percent": "10"}}],
        ... })
        >>> print(plan.quote({"affiliate": "ana", "lines": [{"amount": "59.90"}]}))
        5.99 EUR
        """
        return Quote._of(self._plan.quote(*_text(cart)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Plan.parse, (self.to_json(),)

    def __repr__(self) -> str:
        program = self.program
        name = f" {program['name']!r}" if "name" in program else ""
        return f"<affil.Plan{name}: {len(program['rules'])} rules, {self.currency}, {program['zone']}>"
