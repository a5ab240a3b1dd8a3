"""Simulation: what plans may cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import matplotlib as mpl
import pytest

import affil

#: Targets of sales, and how many of 500 representatives have them.
TARGETS = {75_000: 150, 100_000: 150, 200_000: 100, 300_000: 50, 400_000: 25, 500_000: 25}


def plan(percent: str = "5", **more: object) -> affil.Plan:
    return affil.Plan.parse(
        {
            "schema": "affil/1",
            "name": f"{percent} %",
            "currency": "EUR",
            "zone": "UTC",
            "round": {"at": "statement"},
            "attribution": {"windows": {"click": "30d"}},
            "rules": [{"id": "all", "pay": {"percent": percent}}],
            **more,
        }
    )


def process(**more: object) -> dict[str, object]:
    return {
        "schema": "affil-process/1",
        "start": "2027-01",
        "months": 12,
        "orders": {"negative_binomial": {"mean": 20, "dispersion": 0.4}},
        "sales": {"lognormal": {"mean": "80.00", "cv": 0.9}},
        "affiliates": [{"id": "ana"}, {"id": "ben", "orders": {"poisson": 4}}],
        **more,
    }


def test_the_commissions_of_500_representatives() -> None:
    """The simulation that analysts copy from one another: attainment N(1, 0.1), 2 / 3 / 4 % of sales by attainment."""
    ladders = [
        {
            "id": str(target),
            "when": {"group": str(target)},
            "mode": "whole",
            "steps": [
                {"from": f"{0.9 * target:.2f}", "percent": "3"},
                {"from": f"{0.99 * target:.2f}", "percent": "4"},
            ],
        }
        for target in TARGETS
    ]
    sales = {target: {"month_normal": {"mean": f"{target}.00", "cv": 0.1}} for target in TARGETS}
    people = [
        {"id": f"{target}/{number}", "groups": [str(target)], "sales": sales[target]}
        for target, count in TARGETS.items()
        for number in range(count)
    ]
    year = {"schema": "affil-process/1", "start": "2027-01", "months": 1, "affiliates": people}
    (cost,) = affil.simulate(plan("2", tiers=ladders), year, seed=1, replicates=300).plans
    assert cost.rounding == "exact"
    assert cost.standard_error is not None
    # By the formula of the truncated normal distribution: 83,750,000 times 0.034450649105451876, see the Rust test.
    assert abs(float(cost.mean) - 2_885_241.8626) < 4 * cost.standard_error


def test_plans_on_the_same_draws_as_tables_and_text() -> None:
    simulation = affil.simulate([plan("5"), plan("6")], process(), seed=7, replicates=40, budget="1000.00")
    five, six = simulation.plans
    assert (five.name, six.name, simulation.replicates, simulation.seed) == ("5 %", "6 %", 40, 7)
    totals = simulation.totals.to_polars()
    assert totals.shape == (80, 3)
    pairs = zip(totals["total"].to_list()[:40], totals["total"].to_list()[40:], strict=True)
    # A cent a month and affiliate is what rounding may do.
    assert all(abs(six - five * Decimal("1.2")) <= Decimal("0.24") for five, six in pairs)
    assert sum(totals["total"].to_list()[:40]) / 40 == five.mean
    months = simulation.months.to_polars()
    assert months.columns == ["plan", "month", "mean", "p5", "p25", "p50", "p75", "p95"]
    assert (months["month"][0], months["month"][11], len(months)) == ("2027-01", "2027-12", 24)
    assert len(simulation.affiliates) == 4
    assert simulation.quantiles.to_polars()["percent"].to_list()[:2] == [1, 5]
    over = sum(total > 1000 for total in totals["total"].to_list()[:40]) / 40
    assert five.over_budget == over
    assert str(simulation).count("over budget in") == 2
    assert "<li>" in simulation._repr_html_()
    assert "40 replicates" in repr(simulation)
    with pytest.raises(TypeError, match="simulate"):
        affil.Simulation()


def test_the_same_bytes_with_any_number_of_threads() -> None:
    told = {affil.simulate(plan(), process(), seed=3, replicates=30, threads=n).to_json() for n in (None, 1, 2, 8)}
    assert len(told) == 1
    assert affil.simulate(plan(), process(), seed=4, replicates=30).to_json() not in told


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    affil.simulate(plan(), process(), seed=3, replicates=2_000, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2_000, 2_000)
    assert sorted(seen) == seen


def test_a_bar_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    affil.simulate(plan(), process(), seed=3, replicates=10, progress=True)
    assert "10 of 10 replicates\n" in capsys.readouterr().err
    affil.simulate(plan(), process(), seed=3, replicates=10)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"orders": {"negative_binomial": {"mean": 20, "dispersion": -1}}}, "process.out_of_range"),
        ({"sales": {"lognormal": {"mean": "80.00", "cv": -0.5}}}, "process.out_of_range"),
        ({"affiliates": []}, "process.affiliates_empty"),
        ({"months": 0}, "process.months"),
        ({"refunded": 1.5}, "process.share"),
        ({"sales": {"fixed": 80.0}}, "process.malformed"),
    ],
)
def test_what_is_wrong_with_a_process(change: dict[str, Any], code: str) -> None:
    with pytest.raises(affil.SimulationError) as refused:
        affil.simulate(plan(), process(**change), seed=1)
    assert code in {problem.code for problem in refused.value.problems}


def test_what_cannot_be_simulated() -> None:
    by_line = plan(rules=[{"id": "shoes", "when": {"line": {"category": "shoes"}}, "pay": {"percent": "5"}}])
    with pytest.raises(affil.SimulationError) as refused:
        affil.simulate([plan(), by_line], process(), seed=1)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path[:8]) == ("simulate.not_by_month", "/rules/0")
    assert problem.message.startswith("plan 1: ")
    with pytest.raises(affil.SimulationError):
        affil.simulate(plan(), process(), seed=1, replicates=0)
    with pytest.raises(TypeError, match="seed"):
        affil.simulate(plan(), process())  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="float"):
        affil.simulate(plan(), process(), seed=1, budget=100.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="decimals"):
        affil.simulate(plan(), process(), seed=1, budget="100.001")


def test_pictures() -> None:
    mpl.use("Agg")
    simulation = affil.simulate([plan("5"), plan("6")], process(), seed=7, replicates=40, budget="1000.00")
    fan = simulation.plot()
    assert [text.get_text() for text in fan.get_legend().get_texts()] == ["5 %", "6 %"]
    total = simulation.plot("total")
    assert "budget 1,000.00" in [text.get_text() for text in total.get_legend().get_texts()]
    drawn = sum(patch.get_height() for patch in total.patches)
    assert drawn == 80
    with pytest.raises(ValueError, match="not of 'year'"):
        simulation.plot("year")


def sold(counts: dict[str, list[int]], amounts: list[str]) -> affil.Facts:
    """So many orders of each affiliate in each month of 2026, their amounts in turn; every fourth is refunded whole."""
    touches, orders, refunds = [], [], []
    for affiliate, months in counts.items():
        for month, count in enumerate(months, 1):
            for number in range(count):
                name = f"{affiliate}-{month}-{number}"
                at = f"2026-{month:02}-{number % 27 + 1:02}T12:00:00Z"
                touches.append({"id": name, "at": at, "customer": name, "affiliate": affiliate})
                line = {"amount": amounts[number % len(amounts)]}
                orders.append({"id": name, "at": at, "customer": name, "lines": [line]})
                if number % 4 == 3:
                    refunds.append({"id": name, "at": at, "order": name})
    affiliates: list[dict[str, object]] = [{"id": "ana", "groups": ["gold"]}, {"id": "ben"}]
    return affil.Facts(affiliates=affiliates, touches=touches, orders=orders, refunds=refunds)


def test_a_process_from_what_was_sold() -> None:
    # 12 and 4 orders in each of four months, all of 50.00 or 150.00 in turn: nothing varies but the amounts.
    fitted = affil.fit(
        plan("7"), sold({"ana": [12] * 4, "ben": [4] * 4}, ["50.00", "150.00"]), start="2026-05", months=6
    )
    # In growth and dispersion only the digits of logarithms are left; counts that never vary are not negative binomial.
    assert fitted["growth"] == 1.0
    assert [one["id"] for one in fitted["affiliates"]] == ["ana", "ben"]
    assert fitted["affiliates"][0]["orders"] == {"negative_binomial": {"mean": 12.0, "dispersion": 0.0}}
    assert fitted["affiliates"][0]["groups"] == ["gold"]
    assert fitted["affiliates"][1]["orders"]["negative_binomial"]["mean"] == 4.0
    assert fitted["sales"]["lognormal"]["mean"] == "100.00"
    # Every fourth order is one of 150.00: a quarter of the orders, three eighths of the sales.
    assert fitted["refunded"] == 0.375
    # Every customer buys once.
    assert fitted["new"] == 1.0
    assert "season" not in fitted
    (cost,) = affil.simulate(plan("5"), fitted, seed=5, replicates=400).plans
    # 16 orders of 100.00 in each of six months, 5 / 8 of them kept, 5 %.
    assert cost.standard_error is not None
    assert abs(float(cost.mean) - 300) < 4 * cost.standard_error


def test_growth_goes_on() -> None:
    counts = {"ana": [10, 20, 40, 80]}
    fitted = affil.fit(plan(), sold(counts, ["10.00"]), start="2026-06")
    assert fitted["growth"] == 2.0
    # June is two months after April.
    assert fitted["affiliates"][0]["orders"]["negative_binomial"]["mean"] == 320.0
    early = affil.fit(plan(), sold(counts, ["10.00"]), start="2026-05", last="2026-03")
    assert early["affiliates"][0]["orders"]["negative_binomial"]["mean"] == 160.0


def test_three_orders_say_nothing() -> None:
    with pytest.raises(affil.SimulationError) as refused:
        affil.fit(plan(), sold({"ana": [1, 1, 1]}, ["10.00"]), start="2026-05")
    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("fit.too_few", "3 orders in 3 months do not say how orders vary")
    assert "at least 30 orders in 3 months" in problem.hint


def test_behaviour_moves_orders_and_says_so() -> None:
    both = [plan("4"), plan("9")]
    assumed = affil.simulate(both, process(), seed=11, replicates=300, behaviour=affil.elasticity(0.5))
    plain = affil.simulate(both, process(), seed=11, replicates=300)
    assert (plain.behaviour, plain.plans[1].without_behaviour) == (None, None)
    assert assumed.behaviour == "orders follow the effective rate with elasticity 0.5"
    # The first plan is what is compared with; the second costs half as much again: (9 / 4) ** 0.5 = 1.5.
    assert assumed.plans[0].mean == plain.plans[0].mean == assumed.plans[0].without_behaviour
    assert assumed.plans[1].without_behaviour == plain.plans[1].mean
    ratio = float(assumed.plans[1].mean / plain.plans[1].mean)
    assert abs(ratio - 1.5) < 0.06
    assert len(assumed.totals) == 600
    assert "without it 4 %" in str(assumed)


def test_a_behaviour_of_ones_own_and_one_that_cannot_be() -> None:
    def twice(before: Any, after: Any) -> dict[str, float]:
        assert before["ana"] == pytest.approx(0.04, rel=0.01)
        assert after["ben"] == pytest.approx(0.05, rel=0.02)
        return dict.fromkeys(before, 2.0)

    monthly = process(orders=None, sales={"month_normal": {"mean": "1000.00", "cv": 0.0}})
    del monthly["orders"]
    monthly["affiliates"] = [{"id": "ana"}, {"id": "ben"}]
    found = affil.simulate([plan("4"), plan("5")], monthly, seed=1, replicates=3, behaviour=twice)
    # 2 affiliates, 12 months, 2,000.00 at 5 %.
    assert found.plans[1].mean == 2_400
    assert found.behaviour == "twice"
    fixed = process(orders={"fixed": 3}, affiliates=[{"id": "ana"}])
    with pytest.raises(affil.SimulationError, match="are fixed"):
        affil.simulate([plan("4"), plan("5")], fixed, seed=1, replicates=3, behaviour=affil.elasticity(1))
