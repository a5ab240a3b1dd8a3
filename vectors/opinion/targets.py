"""Targets: what the ledger should hold, each under an id that never changes ("5. Sharing", "5a", "6", "8").

It must never know when anything may be paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .conditions import of_affiliate
from .money import divide, number, percentage, rounded
from .refunds import Step, reversals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Adjustment, Affiliate, Facts
    from .program import Doc, Program
    from .rules import Commission
    from .sales import Sale


_KINDS = ("commission", "override", "reversal", "bonus", "adjustment")


@dataclass(frozen=True)
class Target:
    """One target; `origin` is the id of the commission or override that a reversal takes back.

    `place` is where it stands among the targets of its instant and kind.
    """

    id: str
    kind: str
    affiliate: str
    amount: int
    at: int
    known: int
    place: tuple[bytes | int, ...]
    order: str | None = None
    line: int | None = None
    refund: str | None = None
    origin: str | None = None


@dataclass
class Owed:
    """What an affiliate has of one line under one rule or override, before refunds."""

    sale: Sale
    line: int
    path: tuple[str, ...]
    kind: str
    affiliate: str
    amount: int


def escaped(id: str) -> str:
    """An id within the id of a target."""
    return id.replace("~", "~0").replace("/", "~1").replace("#", "~2")


def joined(kind: str, *ids: str) -> str:
    """The id of a target: `joined("commission", "A", "1", "all", "ana")`."""
    return f"{kind}:" + "/".join(map(escaped, ids))


def share_commissions(program: Program, facts: Facts, commissions: Sequence[Commission]) -> list[Owed]:
    """Section "Sharing": each commission divided among the parties; what one gets of a line and rule is added up."""
    found: dict[tuple[str, int, int, str], Owed] = {}
    for each in commissions:
        rule = program.rules[each.rule]
        parties = rule["pay"].get("share", [{"part": "1"}])
        weights = [number(party["part"]) for party in parties]
        parts = divide(each.amount, weights, program.split)
        for party, part in zip(parties, parts, strict=True):
            whose = facts.affiliate(party.get("affiliate", each.credit.affiliate.id)).id
            key = each.sale.order.id, each.line.position, each.rule, whose
            if key not in found:
                found[key] = Owed(each.sale, each.line.position, (rule["id"], whose), "commission", whose, 0)
            found[key].amount += part
    return list(found.values())


def _may_receive(program: Program, recipient: Affiliate, when: Doc | None) -> bool:
    """Whether a recipient is active and `when` is true of it."""
    accepts = program.doc.get("unknown_affiliates", "refuse") == "accept"
    there = recipient.active if recipient.introduced else accepts
    return there and of_affiliate(program, when, recipient) is True


def overrides(program: Program, facts: Facts, commissions: Sequence[Commission]) -> list[Owed]:
    """Section "5a. Overrides": level by level up from each credited affiliate with a commission on a line."""
    found = []
    sources: dict[tuple[str, int, int], list[Commission]] = {}
    for each in commissions:
        sources.setdefault((each.sale.order.id, each.line.position, each.credit.place), []).append(each)
    for doc in program.tables("overrides"):
        for paid in sources.values():
            under = [each for each in paid if "rules" not in doc or program.rules[each.rule]["id"] in doc["rules"]]
            if under and program.zone.within(under[0].sale.order.at, doc):
                found += _levels(program, facts, doc, under)
    return found


def _levels(program: Program, facts: Facts, doc: Doc, under: Sequence[Commission]) -> list[Owed]:
    """What one override pays for one line and source, level by level."""
    first = under[0]
    source = first.credit.affiliate
    base = first.base if doc["of"] == "sale" else sum(each.amount for each in under)
    found, recruiter = [], source.recruiter
    for percent in doc["levels"]:
        if recruiter is None:
            break
        recipient = facts.affiliate(recruiter)
        if _may_receive(program, recipient, doc.get("when")):
            amount = rounded(percentage(percent) * base, program.mode)
            path = (doc["id"], source.id, recipient.id)
            found.append(Owed(first.sale, first.line.position, path, "override", recipient.id, amount))
        recruiter = recipient.recruiter
    return found


def in_order(targets: Sequence[Target]) -> list[Target]:
    """Targets as they are sorted in section 8."""
    return sorted(targets, key=lambda target: (target.at, _KINDS.index(target.kind), target.place))


def _target(owed: Owed, index: int) -> Target:
    """The target of a commission or override."""
    order = owed.sale.order
    id = joined(owed.kind, order.id, order.lines[owed.line].id, *owed.path)  # noqa: A001 - the word for it
    place = (order.id.encode(), owed.line, owed.kind == "override", index)
    return Target(id, owed.kind, owed.affiliate, owed.amount, order.at, order.known, place, order.id, owed.line)


def _reversals(program: Program, owed: Sequence[Owed], step: Step) -> list[Target]:
    """What one refund of one line takes back: of the commissions together, of each override by itself."""
    of_line = [each for each in owed if each.sale.order.id == step.order.id and each.line == step.line.position]
    shared = [each for each in of_line if each.kind == "commission"]
    backs = list(zip(shared, reversals([each.amount for each in shared], step, program.mode), strict=True))
    backs += [(each, reversals([each.amount], step, program.mode)[0]) for each in of_line if each.kind == "override"]
    refund = step.refund
    return [
        Target(
            id=joined("reversal", refund.id, step.line.id, *each.path),
            kind="reversal",
            affiliate=each.affiliate,
            amount=-back,
            at=refund.at,
            known=refund.known,
            place=(refund.id.encode(), step.line.position, each.kind == "override", index),
            order=step.order.id,
            line=step.line.position,
            refund=refund.id,
            origin=_target(each, index).id,
        )
        for index, (each, back) in enumerate(backs)
    ]


def of_orders(program: Program, owed: Sequence[Owed], steps: Sequence[Step]) -> list[Target]:
    """The targets of orders and their refunds."""
    found = [_target(each, index) for index, each in enumerate(owed)]
    for step in steps:
        found += _reversals(program, owed, step)
    return found


def of_adjustments(adjustments: Sequence[Adjustment]) -> list[Target]:
    """The targets of what was agreed by hand."""
    return [
        Target(
            joined("adjustment", each.id),
            "adjustment",
            each.affiliate,
            each.amount,
            each.at,
            each.known,
            (each.id.encode(),),
        )
        for each in adjustments
    ]
