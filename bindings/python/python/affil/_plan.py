"""Programs, compiled to plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from affil import _affil, _earnings, _facts, _ledger, _sheet, _statement
from affil._dispute import Acted, ClaimValue, Dispute, Risks
from affil._errors import Problem, ProgramError, problems_of
from affil._explain import Explanation
from affil._facts import ArrowArray, ArrowStream, Facts, TableLike
from affil._payout import PayoutRun
from affil._quote import Quote
from affil._settlement import Settlement
from affil._what_if import Reasons, WhatIf

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from affil._affil import RateCard
    from affil._earnings import Earnings
    from affil._ledger import Ledger
    from affil._sheet import Columns, Sheet
    from affil._table import Table


def text_of(document: str | Mapping[str, object]) -> tuple[str, bool]:
    """The document as text, and whether it was one: otherwise its lines and columns would tell nobody anything."""
    return (document, True) if isinstance(document, str) else (_affil.to_json(document), False)


def variants_text(variants: Plan | Mapping[str, Plan | Overrides] | Iterable[VariantLike]) -> str:
    """Variants as the engine reads them: the JSON of a list."""
    if isinstance(variants, Plan):
        listed: list[VariantLike] = [variants]
    elif isinstance(variants, Mapping):
        listed = [
            {"name": name, "program": one.to_json()} if isinstance(one, Plan) else {"name": name, "set": one}
            for name, one in variants.items()
        ]
    else:
        listed = list(variants)
    return _affil.to_json([{"program": one.to_json()} if isinstance(one, Plan) else _written(one) for one in listed])


def _written(variant: Mapping[str, object]) -> Mapping[str, object]:
    program = variant.get("program")
    return {**variant, "program": program.to_json()} if isinstance(program, Plan) else variant


def check(program: str | Mapping[str, object]) -> list[Problem]:
    """All that is wrong with a program (TOML, JSON or a dict); an empty list if it compiles.

    >>> import affil
    >>> [problem.code for problem in affil.check({"schema": "affil/1", "currency": "EUR", "zone": "UTC", "rules": []})]
    ['document.missing_key']
    """
    return problems_of(_affil.check(*text_of(program)))


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
        return cls._of(_affil.Plan.from_text(*text_of(program)))

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

    def sheet(self, columns: Columns, *, threads: int | None = None) -> Sheet:
        """Settle columns: millions of orders at once, the same cents as `settle`, for any number of threads.

        `obstacles` says what of a program, or of the columns, has them settled one fact at a time: slower, never
        otherwise.

        Raises `FactsError` with all problems at once.

        >>> import affil, pyarrow as pa
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
        ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
        ... })
        >>> columns = affil.Columns(
        ...     affiliates=pa.table({"id": ["ana"]}),
        ...     touches=pa.table({"at": ["2026-03-09T10:00:00Z"], "customer": [17], "affiliate": ["ana"]}),
        ...     orders=pa.table({"id": [501], "at": ["2026-03-10T10:00:00Z"], "customer": [17]}),
        ...     lines=pa.table({"order": [501, 501], "amount": ["800.00", "19.90"]}),
        ... )
        >>> pa.table(plan.sheet(columns).lines)["commission"].to_pylist()
        [Decimal('80.00'), Decimal('1.99')]
        """
        return _sheet.settled(self, columns, threads)

    def credits(self, columns: Columns, *, threads: int | None = None) -> Table:
        """Who is credited with each order of columns: the half of settling that looks at customers.

        A row for each order, by time: `order`, the `affiliate`, `at`, `kind` and `channel` of the touch that it is
        credited to (null where there is none), and `new_customer`. Orders settle with nothing but these touches, and
        with `new_customer` as a column of theirs, as they do with all touches; so who wins may be found customer by
        customer, and everything else affiliate by affiliate.

        Raises `FactsError` where attribution alone is not known to the kernels (`columns.obstacle`).

        >>> import affil, pyarrow as pa
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC",
        ...     "attribution": {"windows": {"click": "30d"}}, "rules": [],
        ... })
        >>> columns = affil.Columns(
        ...     affiliates=pa.table({"id": ["ana"]}),
        ...     touches=pa.table({"at": ["2026-03-09T10:00:00Z"], "customer": [17], "affiliate": ["ana"]}),
        ...     orders=pa.table({"id": [501], "at": ["2026-03-10T10:00:00Z"], "customer": [17]}),
        ...     lines=pa.table({"order": [501], "amount": ["800.00"]}),
        ... )
        >>> credit = plan.credits(columns).to_dicts()[0]
        >>> (credit["order"], credit["affiliate"], credit["new_customer"])
        (501, 'ana', True)
        """
        return _sheet.credited(self, columns, threads)

    def obstacles(self, columns: Columns) -> list[tuple[str, str]]:
        """What has these columns settled one fact at a time: where it stands and what it is; nothing is best."""
        return columns._columns.obstacles(self._plan)

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
        tables = (affiliates, touches, orders, lines, refunds, adjustments, reviews, payouts, confirmations, quotes)
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
        elif until is not None or any(table is not None for table in tables):
            raise TypeError("give either facts or tables, not both")
        return Settlement._of(self._plan.settle(_facts.inner(facts)))

    def explain(self, facts: Facts, id: str) -> Explanation:
        """Why a target or an entry has its amount.

        Raises `FactsError` if the facts do not settle or nothing has this id (``target.unknown``).
        """
        return Explanation._of(self._plan.explain(_facts.inner(facts), id))

    def what_if(self, variants: Plan | Mapping[str, Plan | Overrides] | Iterable[VariantLike], facts: Facts) -> WhatIf:
        """What other plans, or variants of this one, would have owed for the same facts, and whom that changes.

        `variants` is another plan; or plans and values to put into this one, by name; or a list of plans and of
        documents: ``{"set": {path: value}}``, ``{"grid": {path: [value, …]}}`` for every combination,
        ``{"program": …}``, each but a grid with a `name` if you like. A path goes through keys, ids of list items and
        positions (from 0), such as
        ``rules/shoes/pay/percent`` or ``tiers/volume/steps/1/from``; the value None takes out.

        What was paid out is passed over: it follows from what was owed, and does not change it.

        Raises `ProgramError` with all that is wrong with a variant, and ``variant.path`` if a path leads nowhere;
        `FactsError` if the facts do not settle under one of them.
        """
        return WhatIf._of(self._plan.what_if(_facts.inner(facts), variants_text(variants)))

    def because(self, other: Plan | Overrides | VariantLike, facts: Facts, affiliate: str | None = None) -> Reasons:
        """Why another plan would have owed more or less: what each difference between the programs makes.

        The differences are made one after the other, in the order in which they stand, so that together they are the
        whole difference, to one affiliate or to all. It costs a settlement for each; more than 64 are taken together.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
        ... })
        >>> facts = affil.Facts(
        ...     touches=[{"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana"}],
        ...     orders=[{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "84.00"}]}],
        ... )
        >>> print(plan.because(plan.with_({"rules/all/pay/percent": "8"}), facts))
        1.68 EUR less: `all` pays 8 % instead of 10 %
        """
        one = {"set": other} if isinstance(other, Mapping) and not {"set", "grid", "program"} & other.keys() else other
        text = variants_text([one])
        return Reasons._of(self._plan.because(_facts.inner(facts), text, affiliate or ""))

    def with_(self, overrides: Overrides) -> Plan:
        """Put some values into the plan, by their paths (see `what_if`).

        Raises `ProgramError` if a path leads nowhere, or with all that is wrong with the program then, each with the
        override that caused it.
        """
        return Plan._of(self._plan.with_values(_affil.to_json(overrides)))

    def earnings(
        self,
        order: Mapping[str, object],
        *,
        affiliate: Mapping[str, object] | None = None,
        touch: Mapping[str, object] | None = None,
        orders: int = 100,
        month: str = "2026-01",
    ) -> Earnings:
        """What a month of equal orders would earn one affiliate, order by order: its ladder, and the ladder's cliffs.

        `order`, `affiliate` and `touch` are what the rules look at: lines with amounts, groups, the kind of touch.
        Every order is of another customer, who is not new unless the order says so (``new_customer``). All is settled,
        so caps, floors and bonuses count. It costs a settlement for each of the `orders`.

        Raises `FactsError` with all that is wrong with them, and `ValueError` for less than one order.
        """
        if orders < 1:
            raise ValueError(f"earnings need at least one order, not {orders}")
        at = datetime.fromisoformat(f"{month}-01T00:00:00Z")
        return _earnings.earnings(self, _earnings.Month(at, order, affiliate or {}, touch or {}), orders)

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
        return Quote._of(self._plan.quote(*text_of(cart)))

    def rate_card(self, sample: str | Mapping[str, object]) -> RateCard:
        """Prepare quotes: what each kind of line of a sample cart pays, for carts of whole numbers.

        The lines of the sample are the kinds of lines that will be asked about; their amounts do not matter. All else
        about it (affiliate, groups, customer, day, ...) holds for all carts of the card. `RateCard.obstacles` says what
        of a program has each cart quoted as a whole: slower, never otherwise.

        Raises `FactsError` with all that is wrong with the sample.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
        ...     "conflict": "first",
        ...     "rules": [
        ...         {"id": "shoes", "when": {"line": {"category": "shoes"}}, "pay": {"percent": "10"}},
        ...         {"id": "books", "when": {"line": {"category": "books"}}, "pay": {"percent": "4.25"}},
        ...     ],
        ... })
        >>> card = plan.rate_card({
        ...     "affiliate": "ana",
        ...     "lines": [{"category": "shoes", "amount": "0"}, {"category": "books", "amount": "0"}],
        ... })
        >>> card.quote([1, 0], [10_00, 59_90])  # books for 10.00 and shoes for 59.90, in cents
        (641, [42, 599])
        """
        return self._plan.rate_card(*text_of(sample))

    def payouts(self, facts: Facts, at: datetime | str) -> PayoutRun:
        """What may be paid to whom at an instant, by what was known then, for every affiliate with payout terms.

        Nothing is recorded: see `PayoutRun.facts`. Raises `FactsError` if the facts as of then do not settle, or an
        exchange rate is missing (``currency.no_quote``).
        """
        return PayoutRun._of(self._plan.payouts(_facts.inner(facts), at))

    def statements(
        self, facts: Facts, ledger: Ledger, month: str, earlier: _statement.StatementsLike = ()
    ) -> list[_statement.Statement]:
        """The statements of a month (such as ``2026-03``): for each affiliate with something owed or booked.

        Give the `earlier` statements as they were handed out, and each goes on from the affiliate's last one; without
        them, from earlier months as the ledger has them.

        Raises `FactsError` if the facts do not settle, or an earlier statement was changed (``statement.hash``).
        """
        texts = self._plan.statements(_facts.inner(facts), _ledger.inner(ledger), month, _statement.text_of(earlier))
        return [_statement.Statement._of(text) for text in texts]

    def proof(self, facts: Facts, affiliate: str) -> _statement.Proof:
        """What an affiliate needs to check its statements: this plan, and the facts that its amounts depend on.

        For an earlier day give the facts as of that day. Raises `FactsError` if the facts do not settle.
        """
        return _statement.Proof._of(self._plan.proof(_facts.inner(facts), affiliate))

    def dispute(self, dispute: Dispute | str | None, action: str | Mapping[str, object], now: datetime | str) -> Acted:
        """What an action makes of a dispute (a `Dispute`, or its JSON); of None, opening makes one.

        Every state, action, actor and time gives either the next state or a refusal. Nobody looks at a clock: `now` is
        given, and whoever runs the program lets the actor ``clock`` act (``expire``) when a deadline has passed.

        Raises `FactsError` with all that is wrong with the action (``dispute.*``); the dispute is as it was.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin", "attribution": {"windows": {}},
        ...     "rules": [], "disputes": {"answer_within": "10bd", "evidence_within": "7d"},
        ... })
        >>> claim = {"kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z"}
        >>> opening = {"action": "open", "actor": "affiliate", "id": "d1", "amount": "80.00", "claim": claim}
        >>> opened = plan.dispute(None, opening, "2026-03-23T12:00:00Z").dispute
        >>> print(opened)  # ten business days after a Monday
        d1: open, waits for merchant until 2026-04-06T22:00:00Z
        >>> plan.dispute(opened, {"action": "uphold", "actor": "merchant"}, "2026-03-25T12:00:00Z").dispute.state
        'upheld'
        """
        text = dispute.to_json() if isinstance(dispute, Dispute) else dispute
        return Acted._of(self._plan.dispute(text, *text_of(action), now))

    def claim(self, facts: Facts, claim: Dispute | str | Mapping[str, object]) -> ClaimValue:
        """What would be owed if a claim (of a dispute, or in JSON or as a dict) were true.

        Raises `FactsError` if the claim does not fit its kind or the facts (``dispute.claim``, ``order.unknown``), or
        the facts do not settle with or without it.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
        ... })
        >>> touch = {"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana"}
        >>> order = {"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "124.00"}]}
        >>> claim = {"kind": "untracked", "affiliate": "ana", "order": "A", "at": order["at"]}
        >>> plan.claim(affil.Facts(touches=[touch]), claim | {"facts": {"orders": [order]}}).owed
        Decimal('12.40')
        """
        known = _facts.inner(facts)
        if isinstance(claim, Dispute):
            return ClaimValue._of(self._plan.claim_of(known, claim.to_json()))
        return ClaimValue._of(self._plan.claim(known, *text_of(claim)))

    def risks(
        self,
        facts: Facts,
        at: datetime | str,
        watch: str | Mapping[str, object] | None = None,
        *,
        disputes: Iterable[Dispute | str] = (),
    ) -> Risks:
        """What is likely to be disputed soon, by what was known at an instant.

        `watch` says what to look out for (thresholds, what affiliates counted themselves), as JSON or a dict; every key
        has a default. `disputes` are those that are not over, for their deadlines.

        Raises `FactsError` if the facts do not settle, or what to look out for cannot be read.

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
        ... })
        >>> touch = {"customer": "kim", "at": "2026-03-09T10:00:00Z"}
        >>> later = touch | {"at": "2026-03-09T10:12:00Z"}
        >>> facts = affil.Facts(
        ...     touches=[touch | {"id": "t1", "affiliate": "ana"}, later | {"id": "t2", "affiliate": "bob"}],
        ...     orders=[{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "50.00"}]}],
        ... )
        >>> print(plan.risks(facts, "2026-03-11T10:00:00Z"))
        A was credited to bob, whose click t2 came 12 minutes after click t1 of ana
        """
        text, own = text_of({} if watch is None else watch)
        documents = [json.loads(one.to_json() if isinstance(one, Dispute) else one) for one in disputes]
        if documents:
            text, own = json.dumps({**json.loads(text), "disputes": documents}), False
        return Risks._of(self._plan.risks(_facts.inner(facts), at, text, own=own))

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


def inner(plan: Plan) -> _affil.Plan:
    """What the engine holds of this plan."""
    return plan._plan


#: Values to be put into a program, by their paths; None takes out what stands there.
Overrides = Mapping[str, object]

#: A plan, or a document with `program`, `set` or `grid`, as of `Plan.what_if`.
VariantLike = Plan | Mapping[str, object]
