"""What is proven of programs. Whether a ladder falls is worked by hand; the engine is the second opinion."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import affil
from affil import prove

ROOT = Path(__file__).parents[3]
BASE: dict[str, Any] = {
    "schema": "affil/1",
    "currency": "EUR",
    "zone": "UTC",
    "attribution": {"windows": {"click": "30d"}},
    "rules": [{"id": "all", "pay": {"percent": "10"}}],
}


def ladder(mode: str, *steps: tuple[str, str], **more: Any) -> affil.Plan:
    listed = [{"from": start, "percent": percent} for start, percent in steps]
    return affil.Plan.parse(BASE | {"tiers": [{"id": "t", "mode": mode, "steps": listed}]} | more)


def said(plan: affil.Plan) -> dict[tuple[str, str], bool | None]:
    return {(one.rule, one.property): one.holds for one in prove.properties(plan)}


def owed(plan: affil.Plan, amounts: list[Decimal]) -> Decimal:
    touch = {"id": "t", "at": "2026-03-01T12:00:00Z", "customer": "kim", "affiliate": "ana"}
    orders = [
        {"id": str(number), "at": f"2026-03-02T{number:02}:00:00Z", "customer": "kim", "lines": [{"amount": amount}]}
        for number, amount in enumerate(amounts)
    ]
    settlement = plan.settle(affiliates=[{"id": "ana"}], touches=[touch], orders=orders)
    return sum((one["amount"] for one in settlement.targets.to_dicts()), Decimal(0))


@pytest.mark.parametrize(
    ("mode", "steps", "holds"),
    [
        # 99.99 at 10 % is 10.00, and 100.00 at 5 % is 5.00.
        ("whole", [("100.00", "5")], False),
        ("whole", [("100.00", "12.5"), ("500.00", "15.25")], True),
        ("whole", [("100.00", "12.5"), ("500.00", "12.25")], False),
        # What is above a step earns less, and never takes from what is below.
        ("marginal", [("100.00", "5")], True),
        ("marginal", [("1000.00", "12.5"), ("5000.00", "15.25"), ("20000.00", "17")], True),
        ("forward", [("100.00", "5")], True),
    ],
)
def test_falls(mode: str, steps: list[tuple[str, str]], holds: bool) -> None:  # noqa: FBT001
    plan = ladder(mode, *steps)
    found = prove.properties(plan)[0]
    assert (found.property, found.holds) == ("never_falls", holds), found
    if found.counterexample:
        shown = found.counterexample
        assert shown.more > shown.less
        assert shown.more_owed < shown.less_owed
        assert owed(plan, [shown.before, shown.less]) == shown.less_owed
        assert owed(plan, [shown.before, shown.more]) == shown.more_owed
        assert f"{shown.more_owed} EUR" in str(found)
    else:
        assert holds


@pytest.mark.parametrize("mode", ["half_even", "half_up", "down", "up"])
def test_what_is_proven_is_true_of_the_engine(mode: str) -> None:
    caps = [{"id": "c", "per": "affiliate", "period": "month", "amount": "60.00"}]
    plan = ladder("whole", ("100.00", "10.5"), ("200.00", "13.37"), round={"mode": mode}, caps=caps)
    assert set(said(plan).values()) == {True}
    draw = random.Random(11)  # noqa: S311 (orders, no secrets)
    for _ in range(150):
        amounts = [Decimal(draw.randrange(20_000)).scaleb(-2) for _ in range(draw.randrange(1, 5))]
        more = [*amounts[:-1], amounts[-1] + Decimal(draw.randrange(1, 300)).scaleb(-2)]
        assert 0 <= owed(plan, amounts) <= owed(plan, more) <= 60


def test_rounding_says_its_bound() -> None:
    for mode, bound in [("half_even", "at most half a minor unit"), ("down", "less than a minor unit")]:
        found = {
            one.property: one for one in prove.properties(ladder("forward", ("9.00", "3.3"), round={"mode": mode}))
        }
        assert found["rounding"].holds
        assert bound in found["rounding"].why


def test_kinds_apart_and_caps() -> None:
    rules = [
        {"id": "gone", "when": {"line": {"category": "gift"}}, "pay": {"percent": "50"}},
        {"id": "shoes", "when": {"line": {"category": ["shoes"]}}, "pay": {"percent": "10", "floor": "1.00"}},
        {"id": "rest", "pay": {"percent": "4", "cap": "5.00"}},
    ]
    exclude = [{"id": "gifts", "when": {"line": {"category": "gift"}}}]
    tiers = [{"id": "t", "mode": "whole", "rules": ["shoes"], "steps": [{"from": "50.00", "multiply": "0.5"}]}]
    plan = affil.Plan.parse(BASE | {"rules": rules, "exclude": exclude, "tiers": tiers, "conflict": "first"})
    found = said(plan)
    assert {rule for rule, _ in found} == {"shoes", "rest"}
    assert (found["shoes", "never_falls"], found["rest", "never_falls"]) == (False, True)
    assert (found["shoes", "cap"], found["rest", "cap"]) == (None, True)


@pytest.mark.parametrize("name", ["examples/first", "examples/cases", "examples/payouts", "benches/quarter_close"])
def test_programs_that_are_proven(name: str) -> None:
    plan = affil.Plan.load(ROOT / name / "program.toml")
    assert prove.obstacles(plan) == []
    for one in prove.properties(plan):
        # No cap covers the rules of two of them; nothing else is left open.
        assert one.holds or (one.property, one.holds, one.why) == ("cap", None, "no cap covers it"), one


@pytest.mark.parametrize("name", ["examples/cdnow", "examples/checkout", "examples/year"])
def test_programs_that_are_not_modelled_say_why(name: str) -> None:
    plan = affil.Plan.load(ROOT / name / "program.toml")
    assert ("not modelled") in dict(prove.obstacles(plan)).values()
    for one in prove.properties(plan):
        assert (one.rule, one.holds, one.counterexample) == ("*", None, None)
        assert "on_top" in one.why


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"round": {"at": "statement"}}, "/round/at"),
        ({"attribution": {"model": "linear", "windows": {"click": "30d"}}}, "/attribution/model"),
        ({"rules": [{"id": "all", "pay": {"percent": "10", "less": ["tax"]}}]}, "/rules/0/pay/less"),
        (
            {"rules": [{"id": "all", "when": {"line": {"amount": {"at_most": "9.00"}}}, "pay": {"percent": "1"}}]},
            "/rules/0/when",
        ),
        ({"rules": [{"id": one, "pay": {"percent": "1"}} for one in "ab"], "conflict": "stack"}, "/conflict"),
        ({"caps": [{"id": "c", "per": "program", "amount": "9.00"}]}, "/caps/0/per"),
        ({"caps": [{"id": one, "per": "affiliate", "amount": "9.00"} for one in "ab"]}, "/caps/1"),
        (
            {"tiers": [{"id": "t", "mode": "interpolated", "steps": [{"from": "1.00", "percent": "1"}]}]},
            "/tiers/0/mode",
        ),
        (
            {"tiers": [{"id": "t", "mode": "whole", "metric": "orders", "steps": [{"from": "2", "percent": "1"}]}]},
            "/tiers/0/metric",
        ),
        (
            {"tiers": [{"id": "t", "mode": "whole", "period": "month", "demotion": "never",
                        "steps": [{"from": "2.00", "percent": "1"}]}]},
            "/tiers/0/demotion",
        ),
        ({"bonuses": [{"id": "b", "kind": "retainer", "amount": "5.00", "from": "2026-01-01", "period": "month"}]},
         "/bonuses"),
    ],
)  # fmt: skip
def test_obstacles(changes: dict[str, Any], path: str) -> None:
    plan = affil.Plan.parse(BASE | changes)
    assert path in dict(prove.obstacles(plan))
    assert {one.holds for one in prove.properties(plan)} == {None}


def test_a_wrong_model_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the engine disagrees with the model, nothing is claimed.
    monkeypatch.setattr(prove, "_settled", lambda *_: Decimal("1.00"))
    found = prove.properties(ladder("whole", ("100.00", "5")))[0]
    assert (found.holds, found.counterexample) == (None, None)
    assert "does not pay what the model says" in found.why


def test_no_time_no_answer() -> None:
    found = prove.properties(ladder("marginal", ("10.00", "11.11"), ("20.00", "13.37")), seconds=0)
    assert found[0].holds is None
