"""Payouts as files for banks and bookkeepers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from affil import _affil, _facts, _plan
from affil._facts import Facts
from affil._payout import PayoutRun
from affil._plan import text_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from affil._plan import Plan

#: Payouts: a run, facts, payouts as rows of facts, or a facts document (or a run) as a dict or in JSON.
PayoutsLike = PayoutRun | Facts | Iterable[Mapping[str, object]] | Mapping[str, object] | str


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and what it adds up to.

    `count` is how many payments or invoices it has; `sums` are those of its input, to the cent: of payments by
    currency, of invoices by what they state (`net`, `vat`, `gross`, `withholding`, `fee`, `transfer`, …).
    """

    text: str
    count: int
    sums: dict[str, Decimal] = field(hash=False)

    @classmethod
    def _of(cls, parts: tuple[str, str]) -> Export:
        totals = json.loads(parts[1])
        return cls(parts[0], totals["count"], {name: Decimal(amount) for name, amount in totals["sums"].items()})

    def __str__(self) -> str:
        return self.text


def _payouts(plan: Plan, payouts: PayoutsLike) -> _affil.Payouts:
    if isinstance(payouts, Facts):
        return _affil.Payouts.of_facts(_plan.inner(plan), _facts.inner(payouts))
    if isinstance(payouts, PayoutRun):
        return _affil.Payouts.from_text(_plan.inner(plan), payouts.to_json(), own=False)
    document = payouts if isinstance(payouts, str | Mapping) else {"payouts": list(payouts)}
    return _affil.Payouts.from_text(_plan.inner(plan), *text_of(document))


def pain001(
    plan: Plan,
    payouts: PayoutsLike,
    payees: str | Mapping[str, object],
    *,
    id: str,
    created: datetime | str,
    execute: date | str | None = None,
    text: str = "",
    letters: Literal["epc", "german"] = "epc",
    batch: bool | None = None,
) -> Export:
    """The payouts of which no confirmation is known as SEPA credit transfers (ISO 20022, pain.001.001.09).

    `payees` say who pays and who is paid: TOML, JSON or a dict. `id` is that of the file, never used before: a bank
    refuses, or silently drops, a second file with it. `created` is when the file is made; `execute` is the day on which
    the bank shall pay, without it the day of each payout. `text` stands on the payees' statements before the payout's
    reference. Letters that the SEPA alphabet does not have are written by the table of the European Payments Council,
    or the German way. `batch` asks for one sum a day, or for each payment, on the payer's statement.

    Raises `FactsError` with all that is wrong at once: payees without an IBAN (``payee.missing``), other currencies
    than the euro (``payee.currency``), and what else a bank would not take (``payee.*``, ``export.*``).

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {}}, "rules": [],
    ... })
    >>> payouts = [{"id": "p", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80", "transfer": "80"}]
    >>> payees = '''
    ... schema = "affil/payees/1"
    ... payer = { name = "Schuh GmbH", iban = "DE89370400440532013000" }
    ... payees = [{ affiliate = "ana", name = "Ana Müller", iban = "NL91ABNA0417164300" }]
    ... '''
    >>> file = affil.pain001(plan, payouts, payees, id="AFF-2026-04", created="2026-04-10T09:00:00Z")
    >>> (file.count, file.sums, "<Nm>Ana Muller</Nm>" in file.text)
    (1, {'EUR': Decimal('80.00')}, True)
    """
    given = _payouts(plan, payouts)
    details = {"id": id, "text": text, "letters": letters}
    return Export._of(given.pain001(text_of(payees), created=created, execute=execute, batch=batch, **details))


def paypal(plan: Plan, payouts: PayoutsLike, payees: str | Mapping[str, object], *, note: str = "") -> Export:
    """The payouts of which no confirmation is known as a payment file for PayPal's Payouts page, in one currency.

    Payees need `paypal` or `email`. Raises `FactsError` with all that is wrong at once (``payee.*``, ``export.*``).

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {}}, "rules": [],
    ... })
    >>> payouts = [{"id": "p", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80", "transfer": "80"}]
    >>> payees = {"payees": [{"affiliate": "ana", "name": "Ana", "email": "ana@example.com"}]}
    >>> print(affil.paypal(plan, payouts, {"schema": "affil/payees/1", **payees}, note="Commissions").text.strip())
    ana@example.com,80.00,EUR,p,Commissions,PAYPAL
    """
    return Export._of(_payouts(plan, payouts).paypal(text_of(payees), note))


def wise(
    plan: Plan,
    payouts: PayoutsLike,
    payees: str | Mapping[str, object],
    *,
    template: Literal["recipients", "bank_accounts", "email"] = "recipients",
) -> Export:
    """The payouts of which no confirmation is known as a batch file for Wise, after one of its templates.

    Payees need `wise` (the id of a saved recipient), `iban` or `email`, by the template. Raises `FactsError` with all
    that is wrong at once (``payee.*``, ``export.*``).
    """
    return Export._of(_payouts(plan, payouts).wise(text_of(payees), template))


def invoices(
    plan: Plan,
    payouts: PayoutsLike,
    payees: str | Mapping[str, object],
    *,
    first: int,
    prefix: str = "",
    format: Literal["json", "csv"] = "json",
) -> Export:
    """The data of self-billed invoices for payouts that are not known to have failed, one each.

    They are numbered in the order of the payouts: `prefix`, and a number that begins with `first`, which is one more
    than the last that was ever given. Payer and payees need addresses, and for value added tax its numbers.

    Raises `FactsError` with all that is wrong at once (``payee.missing``, ``invoice.vat``).
    """
    given = _payouts(plan, payouts)
    details = {"prefix": prefix, "format": format}
    return Export._of(given.invoices(text_of(payees), _plan.inner(plan), first=first, **details))
