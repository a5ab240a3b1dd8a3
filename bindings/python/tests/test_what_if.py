"""What-if: variants, tables, reasons, pictures. Figures are worked by hand in the vector `settle/what-if`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import matplotlib as mpl
import polars as pl
import pytest

import affil

CASE = json.loads((Path(__file__).parents[3] / "vectors/settle/what-if.json").read_text(encoding="utf-8"))
LATER = {"tiers/volume/steps/0/from": "2000.00"}


def plan() -> affil.Plan:
    return affil.Plan.parse(CASE["program"])


def facts() -> affil.Facts:
    return affil.Facts.from_json(json.dumps(CASE["facts"]))


def test_the_same_however_variants_are_given() -> None:
    later = plan().with_(LATER)
    forms: list[Any] = [later, {"later": later}, {"later": LATER}, [later], [{"set": LATER}], [{"program": later}]]
    found = [plan().what_if(form, facts()) for form in forms]
    assert {what_if[0].difference for what_if in found} == {Decimal("-16.80")}
    assert found[1]["later"] == found[1][0]
    with pytest.raises(KeyError):
        found[1]["earlier"]


def test_a_comparison_and_its_tables() -> None:
    what_if = plan().what_if({"later": LATER, "more": {"rules/all/pay/percent": "9"}}, facts())
    later, more = what_if
    assert (later.before, later.after, later.percent) == (Decimal("167.40"), Decimal("150.60"), Decimal("-10.0"))
    assert (later.gain, later.lose, later.same, later.losing[Decimal(10)]) == (0, 1, 1, 1)
    assert (more.difference, more.percent) == (Decimal("14.00"), Decimal("8.4"))  # 14.00 / 167.40 = 8.36 %
    affiliates = what_if.affiliates.to_polars()
    assert affiliates.schema["difference"] == pl.Decimal(18, 2)
    assert affiliates.filter(variant="later", affiliate="ana")["difference"].to_list() == [Decimal("-16.80")]
    for table in (what_if.affiliates, what_if.rules, what_if.months, what_if.targets):
        sums = table.to_polars().group_by("variant").agg(pl.col("difference").sum()).sort("variant")
        assert sums["difference"].to_list() == [Decimal("-16.80"), Decimal("14.00")]
    assert what_if.variants.columns[-1] == "text"
    assert what_if.steps.to_polars().rows() == [("later", "ana", "volume", "2026-03-01", 1, 0)]
    assert str(what_if).startswith("later: 16.80 EUR less (-10.0 %): 1 loses")
    assert "2 variants" in repr(what_if)
    assert "<table>" in what_if._repr_html_()
    with pytest.raises(TypeError, match="what_if"):
        affil.WhatIf()


def test_every_combination_of_a_grid() -> None:
    grid = {"rules/all/pay/percent": ["8", "9", "10"], "tiers/volume/steps/0/percent": ["12", "13"]}
    what_if = plan().what_if([{"grid": grid}], facts())
    assert len(what_if) == 6
    # 9 %: 14.00 more; 13 % of 420.00: 4.20 more.
    name = "rules/all/pay/percent = 9, tiers/volume/steps/0/percent = 13"
    assert what_if[name].difference == Decimal("18.20")


def test_reasons() -> None:
    other = plan().with_({"rules/all/pay/percent": "9", **LATER})
    reasons = plan().because(other, facts(), "ana")
    # 1,100.00 at 9 instead of 8 %; 420.00 at 9 instead of 12 %.
    assert [reason.difference for reason in reasons] == [Decimal("11.00"), Decimal("-12.60")]
    assert reasons[1].changes[0].path == "tiers/volume/steps/0/from"
    assert (reasons[1].changes[0].was, reasons[1].changes[0].now) == ("1000.00", "2000.00")
    assert str(reasons).splitlines()[1].startswith("12.60 EUR less: the first step of `volume`")
    assert plan().because({"rules/all/pay/percent": "9"}, facts())[0].difference == Decimal("14.00")
    assert len(plan().because(plan(), facts())) == 0
    assert "<li>" in reasons._repr_html_()


def test_refusals_name_the_override() -> None:
    with pytest.raises(affil.ProgramError) as refused:
        plan().with_({"rules/al/pay/percent": "9"})
    (problem,) = refused.value.problems
    assert (problem.code, problem.hint) == ("variant.path", "did you mean `all`?")
    with pytest.raises(affil.ProgramError) as refused:
        plan().what_if({"float": {"rules/all/pay/percent": 0.09}}, facts())
    (problem,) = refused.value.problems
    assert problem.code == "rate.not_text"
    assert problem.message.endswith("(put in at `rules/all/pay/percent`)")


def test_pictures_show_the_figures(tmp_path: Path) -> None:
    mpl.use("Agg")
    one = plan().what_if({"later": LATER}, facts()).plot()
    labels = [text.get_text() for text in one.texts]
    assert labels == ["-16.80"]
    assert one.get_title(loc="left").startswith("16.80 EUR less")
    several = plan().what_if([{"grid": {"rules/all/pay/percent": ["7", "8", "9"]}}], facts()).plot()
    assert [text.get_text() for text in several.texts] == ["-14.00", "+0.00", "+14.00"]
    several.figure.savefig(tmp_path / "costs.png")
    assert (tmp_path / "costs.png").stat().st_size > 5_000


def test_earnings_mark_cliffs() -> None:
    program = {**CASE["program"], "tiers": [{**CASE["program"]["tiers"][0], "mode": "whole"}]}
    found = affil.Plan.parse(program).earnings({"lines": [{"amount": "250.00"}]}, orders=5)
    # 8 % of 250.00, 500.00, 750.00; 12 % of 1,000.00 and 1,250.00.
    assert [str(earned.owed) for earned in found] == ["20.00", "40.00", "60.00", "120.00", "150.00"]
    assert [str(earned.more) for earned in found] == ["20.00", "20.00", "20.00", "60.00", "30.00"]
    assert [str(earned.sales) for earned in found.cliffs] == ["1000.00"]
    assert found.to_dicts()[3]["cliff"] is True
    mpl.use("Agg")
    drawn = found.plot(currency="EUR")
    assert [text.get_text() for text in drawn.texts] == ["1,000.00: this order brings 60.00"]
    smooth = plan().earnings({"lines": [{"amount": "250.00"}]}, orders=5)
    assert smooth.cliffs == []
    assert "cliffs at none" in smooth._repr_html_()
    with pytest.raises(ValueError, match="at least one"):
        plan().earnings({"lines": []}, orders=0)
    with pytest.raises(affil.FactsError) as refused:
        plan().earnings({"lines": [{"amount": 250.0}]}, orders=2)
    assert {problem.code for problem in refused.value.problems} == {"money.not_text"}


def test_what_no_fact_has_is_told() -> None:
    case = json.loads((Path(__file__).parents[3] / "vectors/settle/what-if-missing.json").read_text(encoding="utf-8"))
    compared = affil.Plan.parse(case["program"]).what_if(
        case["calls"][0]["variants"], affil.Facts.from_json(json.dumps(case["facts"]))
    )
    told = {comparison.name: [missing.field for missing in comparison.missing] for comparison in compared}
    assert told == {
        "shoes": ["line.category"],
        "gold": ["affiliate.groups"],
        "net": ["line.discount"],
        "blogs": [],
        "campaign": ["touch.attributes.campaign"],
    }
    (missing,) = compared["shoes"].missing
    assert (missing.path, missing.id) == ("/rules/1/when/line/category", "shoes")
    assert "hint: give it with the facts" in str(missing)
    assert "\n  missing: `shoes` looks at `line.category`, and no line of the history has it" in str(compared)
    assert "net: `all` looks at `line.discount`" in compared._repr_html_()
