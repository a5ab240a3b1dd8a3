"""Disputes, what a claim is worth, and what is likely to be disputed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import paid
import pytest
from paid import act, claim, opened, opening

import affil

TUESDAY = "2026-05-05T07:00:00Z"


def codes(caught: pytest.ExceptionInfo[affil.FactsError]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in caught.value.problems]


def test_a_dispute_goes_its_way() -> None:
    plan = paid.plan()
    first = plan.dispute(None, opening(), datetime(2026, 5, 4, 7, tzinfo=UTC))
    dispute = first.dispute
    assert (dispute.id, dispute.state, dispute.waits_for) == ("d1", "open", "merchant")
    # Ten business days after Monday, 4 May end with Monday, 18 May, in Berlin.
    assert dispute.deadline == datetime(2026, 5, 18, 22, tzinfo=UTC)
    assert (dispute.currency, dispute.amount, dispute.claim) == ("EUR", Decimal("5.00"), claim())
    assert str(dispute) == "d1: open, waits for merchant until 2026-05-18T22:00:00Z"
    assert first.facts is None
    assert json.loads(first.to_json())["dispute"] == json.loads(dispute.to_json())
    upheld = act(dispute, TUESDAY, "uphold", "merchant", note="found in the wrong box")
    assert [outcome["decision"] for outcome in upheld.outcomes] == ["upheld"]
    assert (upheld.waits_for, upheld.deadline, str(upheld)) == (None, None, "d1: upheld")
    # Kept as text in between.
    final = plan.dispute(upheld.to_json(), {"action": "accept", "actor": "affiliate"}, "2026-05-06T07:00:00Z")
    assert (final.dispute.state, [event["action"] for event in final.dispute.history]) == (
        "final",
        ["open", "uphold", "accept"],
    )
    assert final.facts is not None
    (review,) = final.facts["reviews"]
    assert (review["id"], review["decision"], review["dispute"]) == ("dispute:d1", "approve", "d1")
    # Settling with what it wants pays what was claimed, and adding it twice changes nothing.
    wanted = affil.Facts(**final.facts)
    with_it = plan.settle(paid.after() + wanted)
    amounts = {target["id"]: target["amount"] for target in with_it.targets.to_dicts()}
    assert amounts["commission:E/1/all/ana"] == Decimal("5.00")
    assert plan.settle(paid.after() + wanted + wanted).to_json() == with_it.to_json()


def test_a_part_is_granted_by_hand() -> None:
    part = act(opened(), TUESDAY, "uphold_partly", "merchant", amount=Decimal("2.50"))
    assert part.outcomes[0]["amount"] == "2.50"
    final = paid.plan().dispute(part, {"action": "accept", "actor": "affiliate"}, TUESDAY)
    assert final.facts is not None
    assert [(row["id"], row["amount"]) for row in final.facts["adjustments"]] == [("dispute:d1", "2.50")]


def test_silence_decides() -> None:
    late = act(opened(), "2026-05-18T22:00:00Z", "expire", "clock")
    assert (late.state, late.outcomes[0]["by"]) == ("upheld", "clock")


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(affil.FactsError) as caught:
        act(opened(), TUESDAY, "accept", "affiliate")
    assert codes(caught) == [("dispute.wrong_state", "/action")]
    text = '{\n  "action": "accept",\n  "actor": "affiliate"\n}'
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().dispute(opened(), text, TUESDAY)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 13)
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().dispute(opened(), {"action": "accept", "actor": "affiliate", "why": "so"}, TUESDAY)
    assert codes(caught) == [("document.unknown_key", "/why")]
    assert caught.value.problems[0].line is None


def test_what_a_claim_is_worth() -> None:
    told = paid.after()
    value = paid.plan().claim(told, claim())
    assert (value.owed, value.currency, value.affiliate, value.others) == (Decimal("5.00"), "EUR", "ana", ())
    assert value.targets == (
        affil.TargetChange("commission:E/1/all/ana", "ana", was=Decimal("0.00"), now=Decimal("5.00")),
    )
    assert str(value).startswith("if this is true, 5.00 EUR would be owed to ana, because 5.00 EUR to ana for E")
    assert json.loads(value.to_json())["owed"] == "5.00"
    assert paid.plan().claim(told, opened()) == value
    assert paid.plan().claim(told, json.dumps(claim())) == value


def test_others_lose_what_was_theirs() -> None:
    touch = {"id": "n", "at": "2026-03-10T09:00:00Z", "customer": "lee", "affiliate": "ana"}
    mine = claim(kind="misattributed", order="C", at="2026-03-11T10:00:00Z", facts={"touches": [touch]})
    value = paid.plan().claim(paid.facts(), mine)
    assert (value.owed, value.others) == (Decimal("100.00"), (affil.OtherChange("ben", Decimal("-100.00")),))
    assert value.text.endswith("; 100.00 EUR less to ben")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (claim(order="Z"), "order.unknown"),
        (claim(facts={"orders": []}), None),
        (claim(kind="lost"), "document.unknown_value"),
    ],
)
def test_claims_fit_the_facts(wrong: dict[str, Any], code: str | None) -> None:
    if code is None:
        assert paid.plan().claim(paid.after(), wrong).owed == Decimal("5.00")
        return
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().claim(paid.after(), wrong)
    assert [problem.code for problem in caught.value.problems] == [code]


def risky() -> affil.Facts:
    """C was ben's, and cy was there an hour before; F was declined without a reason."""
    orders = [{"id": "F", "at": "2026-05-02T10:00:00Z", "customer": "kim", "lines": [{"amount": "70.00"}]}]
    return paid.after() + affil.Facts(
        touches=[{"id": "5", "at": "2026-03-09T09:30:00Z", "customer": "lee", "affiliate": "cy"}],
        orders=orders,
        reviews=[{"id": "w", "at": "2026-05-20T10:00:00Z", "orders": ["F"], "decision": "decline"}],
    )


def test_risks_have_their_figures() -> None:
    risks = paid.plan().risks(risky(), "2026-05-21T10:00:00Z")
    found = {risk.kind: risk for risk in risks}
    assert set(found) == {"declined_without_reason", "touches_close"}
    assert (found["declined_without_reason"].affiliate, found["declined_without_reason"].order) == ("ana", "F")
    close = found["touches_close"]
    assert (close.affiliate, close.order) == ("cy", "C")
    assert "30 minutes" in close.text
    assert str(risks).splitlines() == [risk.text for risk in risks]
    assert risks._repr_html_().count("<li>") == len(risks)
    told = json.loads(risks.to_json())
    assert (risks.at, risks[-1], risks[:1]) == (datetime(2026, 5, 21, 10, tzinfo=UTC), risks.risks[-1], risks.risks[:1])
    assert (told["at"], len(told["risks"])) == ("2026-05-21T10:00:00Z", len(risks))


def test_deadlines_come_near() -> None:
    plan, facts = paid.plan(), paid.after()
    dispute = opened()
    for disputes in ([dispute], [dispute.to_json()], iter([dispute])):
        risks = plan.risks(facts, datetime(2026, 5, 16, tzinfo=UTC), disputes=disputes)
        assert [(risk.kind, risk.dispute) for risk in risks] == [("deadline_near", "d1")]
    assert len(plan.risks(facts, "2026-05-10T00:00:00Z", disputes=[dispute])) == 0
    for watch in ({"near": "20d"}, '{"near": "20d"}', {"near": "20d", "disputes": [json.loads(dispute.to_json())]}):
        several = [dispute] if "disputes" not in watch else []
        assert len(plan.risks(facts, "2026-05-10T00:00:00Z", watch, disputes=several)) == 1


def test_counts_of_their_own_differ() -> None:
    counts = [{"affiliate": "ana", "month": "2026-03", "orders": 3, "amount": "85.00"}]
    risks = paid.plan().risks(paid.after(), paid.END, {"counts": counts})
    assert {(risk.kind, risk.statistic, risk.month) for risk in risks if risk.kind == "count_differs"}
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().risks(paid.after(), paid.END, {"near": "3 days"})
    assert codes(caught) == [("window.malformed", "/near")]
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().risks(paid.after(), paid.END, {"neer": "3d"})
    assert codes(caught) == [("document.unknown_key", "/neer")]
