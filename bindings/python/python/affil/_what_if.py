"""What other plans would have owed for the same facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from affil import _affil, _html, _plot
from affil._table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a variant that looks at a field which no fact has, so that it cannot pay by it."""

    #: Where in the variant's program, as a JSON pointer.
    path: str
    #: The rule, ladder, bonus or other part; None in the attribution.
    id: str | None
    #: Such as ``line.category``, ``touch.attributes.campaign`` or ``affiliate.groups``.
    field: str
    #: All of it, for people.
    text: str
    hint: str

    def __str__(self) -> str:
        return f"{self.text}\n  hint: {self.hint}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one variant changes."""

    name: str
    #: The fingerprint of its plan.
    plan: str
    #: All of it, for people.
    text: str
    before: Decimal
    after: Decimal
    #: `after` less `before`.
    difference: Decimal
    #: The difference in percent of what it was, with one decimal; None of nothing.
    percent: Decimal | None
    #: How many affiliates are owed more, less, and the same.
    gain: int
    lose: int
    same: int
    #: How many lose more than so many percent of what they were owed.
    losing: Mapping[Decimal, int]
    #: What the variant asks for and no fact has.
    missing: tuple[Missing, ...]

    @classmethod
    def _of(cls, told: Mapping[str, Any]) -> Comparison:
        percent = told["percent"]
        return cls(
            name=told["name"],
            plan=told["plan"],
            text=told["text"],
            before=Decimal(told["before"]),
            after=Decimal(told["after"]),
            difference=Decimal(told["difference"]),
            percent=None if percent is None else Decimal(percent),
            gain=told["gain"],
            lose=told["lose"],
            same=told["same"],
            losing={Decimal(row["more_than"]): row["affiliates"] for row in told["losing"]},
            missing=tuple(Missing(**missing) for missing in told["missing"]),
        )

    def __str__(self) -> str:
        return "\n  ".join([f"{self.name}: {self.text}", *(f"missing: {missing.text}" for missing in self.missing)])


class WhatIf:
    """What variants of a plan would have owed for the same facts, compared with it.

    It comes from `Plan.what_if`, and is a sequence of comparisons; they are found by name as well.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
    ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
    ... })
    >>> facts = affil.Facts(
    ...     touches=[{"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana"}],
    ...     orders=[{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "84.00"}]}],
    ... )
    >>> print(plan.what_if({"less": {"rules/all/pay/percent": "8"}}, facts))
    less: 1.68 EUR less (-20.0 %): 1 loses
    >>> plan.what_if([{"grid": {"rules/all/pay/percent": ["9", "12"]}}], facts)[1].difference
    Decimal('1.68')
    """

    _what_if: _affil.WhatIf

    def __new__(cls) -> Self:
        """Refuse to make an empty one."""
        raise TypeError("a what-if comes from affil.Plan.what_if(...)")

    @classmethod
    def _of(cls, what_if: _affil.WhatIf) -> WhatIf:
        made = object.__new__(cls)
        made._what_if = what_if
        return made

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._what_if.to_json())
        return document

    @cached_property
    def _comparisons(self) -> list[Comparison]:
        return [Comparison._of(told) for told in self._document["variants"]]

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        currency: str = self._document["currency"]
        return currency

    @property
    def plan(self) -> str:
        """The fingerprint of the plan that the variants are compared with."""
        plan: str = self._document["plan"]
        return plan

    @cached_property
    def variants(self) -> Table:
        """A row a variant: `variant, plan, before, after, difference, percent, gain, lose, same, text`."""
        return Table(self._what_if.table("variants"))

    @cached_property
    def affiliates(self) -> Table:
        """Who gains and loses: `variant, affiliate, before, after, difference, percent`."""
        return Table(self._what_if.table("affiliates"))

    @cached_property
    def rules(self) -> Table:
        """By rule, override and bonus: `variant, kind, rule, before, after, difference`."""
        return Table(self._what_if.table("rules"))

    @cached_property
    def months(self) -> Table:
        """By month of the statement: `variant, month, before, after, difference`."""
        return Table(self._what_if.table("months"))

    @cached_property
    def targets(self) -> Table:
        """All of it: `variant, affiliate, month, kind, rule, before, after, difference`."""
        return Table(self._what_if.table("targets"))

    @cached_property
    def steps(self) -> Table:
        """Who reaches another step of a ladder: `variant, affiliate, tier, period, before, after`.

        Steps are counted from 1; 0 is below the first, null where the ladder is not followed.
        """
        return Table(self._what_if.table("steps"))

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._what_if.to_json()

    def __len__(self) -> int:
        return len(self._comparisons)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self._comparisons)

    def __getitem__(self, which: int | str) -> Comparison:
        if isinstance(which, int):
            return self._comparisons[which]
        for comparison in self._comparisons:
            if comparison.name == which:
                return comparison
        raise KeyError(which)

    def plot(self, *, top: int = 20, ax: Any = None) -> Any:  # noqa: ANN401 - matplotlib is not needed to use affil
        """Draw winners and losers of one variant, or what each of several costs; answers the `matplotlib` axes.

        Of one variant it shows the `top` affiliates for whom most changes. It needs matplotlib.
        """
        if len(self) != 1:
            return _plot.costs(self._comparisons, self.currency, ax)
        (told,) = self._document["variants"]
        changes = [(row["affiliate"], Decimal(row["difference"])) for row in told["affiliates"]]
        return _plot.winners(changes, told["text"], self.currency, top, ax)

    def __str__(self) -> str:
        return "\n".join(str(comparison) for comparison in self)

    def __repr__(self) -> str:
        return f"<affil.WhatIf: {len(self)} variant{'' if len(self) == 1 else 's'}, {self.currency}>"

    def _repr_html_(self) -> str:
        missing = [f"{told.name}: {one.text}" for told in self for one in told.missing]
        items = _html.items(missing) if missing else ""
        if len(self) == 1:
            return _html.paragraph(f"{self[0].name}: {self[0].text}") + items + self.affiliates._repr_html_()
        return items + self.variants._repr_html_()


@dataclass(frozen=True, slots=True)
class ProgramChange:
    """A difference between two programs."""

    #: Where it stands, such as ``tiers/volume/steps/1/from``.
    path: str
    #: What stood there; None where nothing did.
    was: Any
    #: What stands there now; None where nothing does.
    now: Any
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What changes of a program make, all before them being made already."""

    #: One change, or several of which the program needs all or none.
    changes: tuple[ProgramChange, ...]
    difference: Decimal
    text: str

    def __str__(self) -> str:
        return self.text


class Reasons(tuple[Reason, ...]):
    """What each difference between two programs makes, in their order; together they are the whole difference."""

    __slots__ = ()

    @classmethod
    def _of(cls, text: str) -> Reasons:
        return cls(
            Reason(
                changes=tuple(ProgramChange(**change) for change in told["changes"]),
                difference=Decimal(told["difference"]),
                text=told["text"],
            )
            for told in json.loads(text)["because"]
        )

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        told = [
            {
                "changes": [
                    {"path": change.path, "was": change.was, "now": change.now, "text": change.text}
                    for change in reason.changes
                ],
                "difference": f"{reason.difference:f}",
                "text": reason.text,
            }
            for reason in self
        ]
        return json.dumps({"because": told}, ensure_ascii=False, separators=(",", ":"))

    def __str__(self) -> str:
        return "\n".join(reason.text for reason in self)

    def _repr_html_(self) -> str:
        return _html.items([reason.text for reason in self])
