"""Facts, read from their document ("Facts" of docs/meaning.md, the Facts of docs/reference.md).

It must never know a program's rules; of the program it knows the currency alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from .instants import instant
from .money import RefusedError, amount, decimal, number

if TYPE_CHECKING:
    from .program import Doc


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What all facts with a time have: an id, when it happened, when it was learned, what it corrects."""

    id: str
    at: int
    known: int
    replaces: str | None

    def key(self) -> tuple[int, bytes]:
        """The place in the canonical order: by (`at`, `id`), ids byte by byte."""
        return self.at, self.id.encode()


@dataclass(frozen=True, kw_only=True)
class Affiliate:
    """Who may earn; one that no fact introduces is active and in no group (`introduced` is false)."""

    id: str
    active: bool = True
    groups: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    attributes: Doc = field(default_factory=dict, hash=False)
    joined: int | None = None
    recruiter: str | None = None
    introduced: bool = True


@dataclass(frozen=True, kw_only=True)
class Touch(Fact):
    """A contact between a customer and an affiliate, or with the house (`affiliate` is `None`)."""

    customer: str
    affiliate: str | None
    kind: str | None
    channel: str | None
    order: str | None
    attributes: Doc = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of an order, its amounts in minor units of the order's currency."""

    id: str
    position: int
    amount: int
    parts: Doc = field(hash=False)
    quantity: int
    category: str | None
    sku: str | None
    attributes: Doc = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class Order(Fact):
    """A sale, or an action (which has one line of amount zero)."""

    customer: str | None
    currency: str
    lines: tuple[Line, ...]
    action: str | None
    subscription: str | None
    new_customer: bool | None
    country: str | None
    attributes: Doc = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class Refund(Fact):
    """Money given back, in the order's currency; `amount` is read once the order is known."""

    order: str
    line: str | None
    amount: str | None


@dataclass(frozen=True, kw_only=True)
class Review(Fact):
    """What the merchant decided about some orders, or about one line of one."""

    orders: tuple[str, ...]
    line: str | None
    decision: str
    dispute: str | None


@dataclass(frozen=True, kw_only=True)
class Adjustment(Fact):
    """An amount agreed by hand, in the program's currency."""

    affiliate: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Payout(Fact):
    """What was taken from the balance of an affiliate, and what was sent."""

    affiliate: str
    sums: dict[str, int] = field(hash=False)
    release: int | None
    treatment: str
    fee_payer: str
    currency: str
    paid: int | None


@dataclass(frozen=True, kw_only=True)
class Confirmation(Fact):
    """What became of a payout."""

    payout: str
    outcome: str


@dataclass
class Facts:
    """All facts, those with a time in the canonical order; `end` is the end of the facts."""

    affiliates: dict[str, Affiliate] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    quotes: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    until: int | None = None
    end: int = 0

    def affiliate(self, id: str) -> Affiliate:
        """An affiliate, taken as active and in no group where no fact introduces it."""
        return self.affiliates.get(id) or Affiliate(id=id, introduced=False)


def _fact(doc: Doc) -> Doc:
    """What all facts with a time have."""
    at = instant(doc["at"])
    known = instant(doc["known"]) if "known" in doc else at
    if known < at:
        raise RefusedError("fact.known_early")
    return {"id": str(doc["id"]), "at": at, "known": known, "replaces": doc.get("replaces")}


def _affiliate(doc: Doc) -> Affiliate:
    return Affiliate(
        id=str(doc["id"]),
        active=bool(doc.get("active", True)),
        groups=tuple(sorted(doc.get("groups", ()))),
        customers=tuple(sorted(doc.get("customers", ()))),
        attributes=doc.get("attributes", {}),
        joined=instant(doc["joined"]) if "joined" in doc else None,
        recruiter=doc.get("recruiter"),
    )


def _touch(doc: Doc, _currency: str) -> Touch:
    return Touch(
        **_fact(doc),
        customer=str(doc["customer"]),
        affiliate=doc.get("affiliate"),
        kind=str(doc.get("kind", "click")),
        channel=doc.get("channel"),
        order=doc.get("order"),
        attributes=doc.get("attributes", {}),
    )


def read_line(doc: Doc, position: int, currency: str) -> Line:
    """A line of an order or a cart; `position` counts from zero."""
    whole = amount(doc["amount"], currency)
    parts: Doc = {part: amount(doc[part], currency) for part in ("discount", "tax", "shipping", "cost") if part in doc}
    if any(part and (part < 0) != (whole < 0) for part in parts.values()):
        raise RefusedError("line.part_sign")
    return Line(
        id=str(doc.get("id", position + 1)),
        position=position,
        amount=whole,
        parts=parts,
        quantity=int(doc.get("quantity", 1)),
        category=doc.get("category"),
        sku=doc.get("sku"),
        attributes=doc.get("attributes", {}),
    )


def _order(doc: Doc, currency: str) -> Order:
    paid_in = str(doc.get("currency", currency))
    lines = doc.get("lines", [])
    if bool(lines) == ("action" in doc):
        raise RefusedError("order.lines")
    if not lines:
        lines = [{"id": "1", "amount": "0"}]
    read = tuple(read_line(line, position, paid_in) for position, line in enumerate(lines))
    if len({line.id for line in read}) < len(read):
        raise RefusedError("line.twice")
    return Order(
        **_fact(doc),
        customer=str(doc["customer"]),
        currency=paid_in,
        lines=read,
        action=doc.get("action"),
        subscription=doc.get("subscription"),
        new_customer=doc.get("new_customer"),
        country=doc.get("country"),
        attributes=doc.get("attributes", {}),
    )


def _refund(doc: Doc, _currency: str) -> Refund:
    given = doc.get("amount")
    text = None if given is None else decimal(number(given))
    if text is not None and text.startswith("-"):
        raise RefusedError("money.negative")
    return Refund(**_fact(doc), order=str(doc["order"]), line=doc.get("line"), amount=text)


def _review(doc: Doc, _currency: str) -> Review:
    orders = tuple(sorted(set(doc["orders"])))
    line = doc.get("line")
    if line is not None and (len(orders) > 1 or doc["decision"] == "extend"):
        raise RefusedError("review.line")
    return Review(**_fact(doc), orders=orders, line=line, decision=str(doc["decision"]), dispute=doc.get("dispute"))


def _adjustment(doc: Doc, currency: str) -> Adjustment:
    return Adjustment(**_fact(doc), affiliate=str(doc["affiliate"]), amount=amount(doc["amount"], currency))


def _payout(doc: Doc, currency: str) -> Payout:
    keys = ("earned", "released", "reserve", "vat", "withholding", "fee", "transfer")
    sums = {key: amount(doc.get(key, "0"), currency) for key in keys}
    sent_in = str(doc.get("currency", currency))
    return Payout(
        **_fact(doc),
        affiliate=str(doc["affiliate"]),
        sums=sums,
        release=instant(doc["release"]) if "release" in doc else None,
        treatment=str(doc.get("treatment", "none")),
        fee_payer=str(doc.get("fee_payer", "affiliate")),
        currency=sent_in,
        paid=amount(doc["paid"], sent_in) if "paid" in doc else None,
    )


def _confirmation(doc: Doc, _currency: str) -> Confirmation:
    return Confirmation(**_fact(doc), payout=str(doc["payout"]), outcome=str(doc["outcome"]))


_READERS = {
    "touches": _touch,
    "orders": _order,
    "refunds": _refund,
    "reviews": _review,
    "adjustments": _adjustment,
    "payouts": _payout,
    "confirmations": _confirmation,
}


def _once(found: dict[str, Any], id: str, fact: object) -> None:
    """The same fact twice changes nothing; the same id with other content is refused."""
    if found.setdefault(id, fact) != fact:
        raise RefusedError("fact.conflict")


def _quotes(docs: list[Doc]) -> dict[tuple[str, str], dict[str, str]]:
    """The exchange rates by currencies and day."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for doc in docs:
        days = found.setdefault((str(doc["from"]), str(doc["to"])), {})
        try:
            day = date.fromisoformat(str(doc["date"])).isoformat()
        except ValueError as error:
            raise RefusedError("date.malformed") from error
        _once(days, day, decimal(number(doc["rate"])))
    return found


def read_facts(doc: Doc, currency: str) -> Facts:
    """All facts of a document, as they are written: nothing is replaced yet."""
    facts = Facts(quotes=_quotes(doc.get("quotes", [])))
    for entry in doc.get("affiliates", []):
        _once(facts.affiliates, str(entry["id"]), _affiliate(entry))
    for table, reader in _READERS.items():
        found: dict[str, Any] = {}
        for entry in doc.get(table, []):
            _once(found, str(entry["id"]), reader(entry, currency))
        setattr(facts, table, sorted(found.values(), key=Fact.key))
    if "until" in doc:
        facts.until = instant(doc["until"])
    return facts
