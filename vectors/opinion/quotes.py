"""What a cart would pay ("10. Quotes" of docs/meaning.md).

It must never know other orders.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from .attribution import Attribution, Part
from .facts import Affiliate, Facts, Order, Touch, read_line
from .instants import instant
from .money import RefusedError, number
from .program import texts
from .rules import Rules
from .sales import Sale, rate_of
from .settle import commissions_of
from .targets import share_commissions

if TYPE_CHECKING:
    from .program import Doc, Program

_DATED = ("rules", "deals", "tiers", "caps")


def _asks_for_the_day(doc: object) -> bool:
    """Whether a condition tests the day of the order."""
    if isinstance(doc, list):
        return any(_asks_for_the_day(each) for each in doc)
    if not isinstance(doc, dict):
        return False
    asks = isinstance(doc.get("order"), dict) and "at" in doc["order"]
    return asks or any(_asks_for_the_day(each) for each in doc.values())


def _needs_day(program: Program, currency: str) -> bool:
    """Whether anything in the program looks at the day of an order."""
    tables = [doc for table in _DATED for doc in program.tables(table)]
    dated = any(("from" in doc or "until" in doc) and doc.get("dated_by", "order") == "order" for doc in tables)
    conditions = _asks_for_the_day([*program.rules, *program.tables("exclude")])
    return dated or conditions or currency != program.currency


def _barred(program: Program, cart: Doc) -> bool:
    """Whether the cart could never earn: an excluded affiliate or channel, or a kind without a window."""
    law = program.attribution
    exclude = law.get("exclude", {})
    kind = cart.get("kind")
    return (
        cart["affiliate"] in texts(exclude.get("affiliate"))
        or cart.get("channel") in texts(exclude.get("channel"))
        or (kind is not None and kind not in law["windows"])
    )


def _sale(program: Program, facts: Facts, cart: Doc) -> Sale:
    """The cart as the only order of its affiliate."""
    at = instant(cart["at"]) if "at" in cart else 0
    stamp: Doc = {"id": "", "at": at, "known": at, "replaces": None}
    currency = str(cart.get("currency", program.currency))
    order = Order(
        **stamp,
        customer=cart.get("customer"),
        currency=currency,
        lines=tuple(read_line(line, place, currency) for place, line in enumerate(cart["lines"])),
        action=None,
        subscription=None,
        new_customer=cart.get("new_customer"),
        country=cart.get("country"),
        attributes=cart.get("attributes", {}),
    )
    touch = Touch(
        **stamp,
        customer="",
        affiliate=cart["affiliate"],
        kind=cart.get("kind"),
        channel=cart.get("channel"),
        order=None,
        attributes=cart.get("touch_attributes", {}),
    )
    attribution = Attribution(parts=[Part(cart["affiliate"], Fraction(1), touch)])
    rate = rate_of(program, facts, order)
    credited = attribution.credits(program, facts)
    sale = Sale(order, rate, [], None, None, order.new_customer, attribution, credited, dated="at" in cart)
    sale.amounts = [sale.convert(program, line.amount) for line in order.lines]
    return sale


def quote(program: Program, all_facts: Facts, cart: Doc) -> int:
    """The total of a cart, in minor units: what is the affiliate's own after sharing."""
    if "at" not in cart and _needs_day(program, str(cart.get("currency", program.currency))):
        raise RefusedError("document.missing_key")
    if _barred(program, cart):
        return 0
    id = str(cart["affiliate"])  # noqa: A001 - an id is called `id` everywhere
    affiliate = Affiliate(
        id=id, groups=tuple(cart.get("groups", ())), attributes=cart.get("affiliate_attributes", {}), introduced=False
    )
    facts = replace(Facts(quotes=all_facts.quotes), affiliates={id: affiliate})
    sale = _sale(program, facts, cart)
    commissions, _ = Rules(program).of_sale(sale)
    commissions_of(program, Rules(program), commissions, [], number(cart.get("so_far", "0")))
    return sum(owed.amount for owed in share_commissions(program, facts, commissions) if owed.affiliate == id)
