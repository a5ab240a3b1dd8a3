"""Plans, settlements, explanations, quotes and ledgers as users hold them."""

from __future__ import annotations

import doctest
import importlib
import json
import pickle
import pkgutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sample import PROGRAM, documents

import affil


def test_plans_are_loaded_from_files(tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_text(PROGRAM, encoding="utf-8")
    plan = affil.Plan.load(path)
    assert affil.Plan.load(str(path)) == plan
    assert hash(affil.Plan.parse(PROGRAM)) == hash(plan)
    path.write_text('schema = "affil/1"', encoding="utf-8")
    with pytest.raises(affil.ProgramError) as caught:
        affil.Plan.load(path)
    assert str(path) in caught.value.__notes__[0]
    with pytest.raises(OSError):
        affil.Plan.load(tmp_path / "none.toml")


def test_plans_travel_as_json(plan: affil.Plan) -> None:
    again = affil.Plan.parse(plan.to_json())
    assert again.fingerprint == plan.fingerprint
    assert len(plan.fingerprint) == 64
    assert affil.Plan.parse(plan.program) == plan
    assert affil.Plan.parse(json.loads(plan.to_json())) == plan
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 - our own bytes
    assert (plan.currency, plan.program["zone"]) == ("EUR", "Europe/Berlin")
    assert repr(plan) == "<affil.Plan: 1 rules, EUR, Europe/Berlin>"


def test_nothing_is_made_empty_by_mistake() -> None:
    with pytest.raises(TypeError, match=r"Plan\.load"):
        affil.Plan()
    with pytest.raises(TypeError, match="settle"):
        affil.Settlement()


def test_totals_and_statements(plan: affil.Plan) -> None:
    settlement = plan.settle(**documents())
    assert settlement.totals == {
        "orders": 3,
        "sales": Decimal("1150.05"),
        "refunded": Decimal("200.00"),
        "commission": Decimal("117.01"),
        "overrides": Decimal("0.00"),
        "reversals": Decimal("-20.00"),
        "bonuses": Decimal("0.00"),
        "adjustments": Decimal("0.00"),
        "total": Decimal("97.01"),
    }
    months = [(statement["month"], statement["total"]) for statement in settlement.statements.to_dicts()]
    # 80.00 + 32.01 in March; 5.00 less 20.00 in April.
    assert months == [("2026-03", Decimal("112.01")), ("2026-04", Decimal("-15.00"))]
    first = settlement.targets.to_dicts()[0]
    assert first["at"] == datetime(2026, 3, 10, 10, tzinfo=UTC)
    assert (first["cause"], type(first["amount"])) == (None, Decimal)
    assert repr(settlement) == "<affil.Settlement: 97.01 EUR in 2 statements for 3 orders, 0 unpaid>"


def test_notebooks_show_tables(plan: affil.Plan) -> None:
    tables = documents()
    tables["affiliates"].append({"id": "<b>eve</b>"})
    tables["touches"].append({"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "lee", "affiliate": "<b>eve</b>"})
    order = {"at": "2026-03-10T10:00:00Z", "customer": "lee", "lines": [{"amount": "15000.00", "category": "shoes"}]}
    tables["orders"].extend({"id": f"L{number}", **order} for number in range(20))
    settlement = plan.settle(**tables)
    html = settlement._repr_html_()
    assert "<b>eve" not in html
    assert "&lt;b&gt;eve" in html
    assert '<td style="text-align:right;font-variant-numeric:tabular-nums">300,000.00</td>' in html
    shown = settlement.targets._repr_html_()
    assert shown.count("<tr>") == 11
    assert "and 14 more rows" in shown
    assert "2026-03-10 10:00:00Z" in shown


def test_explanations(plan: affil.Plan) -> None:
    settlement = plan.settle(**documents())
    one = settlement.explain(id="commission:B/1/shoes/ana#1")
    assert one.amount == Decimal("32.01")
    assert str(one) == (
        "32.01 EUR to ana for B · March 2026 in Europe/Berlin · last click 4 days before (window 30 days)"
        " · 200.00 of 300.05 fill the step to 1,000.00 at 10 % = 20.00 · 100.05 above it at 12 % = 12.006"
        " · sum 32.006, half-even to 32.01"
    )
    assert one.because[0]["month"] == "2026-03"
    assert json.loads(one.to_json())["text"] == one.text
    assert plan.explain(affil.Facts(**documents()), one.id) == one
    order = settlement.explain(order="A")
    assert [explanation.id for explanation in order] == ["commission:A/1/shoes/ana", "reversal:r/1/shoes/ana"]
    assert str(order).splitlines() == [explanation.text for explanation in order]
    assert one._repr_html_().startswith("<p>32.01 EUR to ana for B</p><ul>")
    with pytest.raises(affil.FactsError) as caught:
        settlement.explain(id="commission:Z/1/shoes/ana")
    assert caught.value.problems[0].code == "target.unknown"
    with pytest.raises(TypeError):
        settlement.explain()  # type: ignore[call-overload]


def test_why_not(plan: affil.Plan) -> None:
    tables = documents()
    tables["orders"].append({"id": "D", "at": "2026-06-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "1"}]})
    settlement = plan.settle(**tables)
    assert [row["reason"] for row in settlement.unpaid.to_dicts()] == ["outside_window"]
    why = settlement.why_not("D")
    assert (why.order, why.affiliate) == ("D", None)
    assert why.findings[0].reason == "outside_window"
    assert "window is 30 days" in why.findings[0].text
    assert str(why.findings[0].change) in str(why)
    assert json.loads(why.to_json())["order"] == "D"


def test_quotes(plan: affil.Plan) -> None:
    lines = [{"category": "shoes", "amount": Decimal("300.05")}, {"id": "gift", "amount": "5"}]
    quote = plan.quote({"affiliate": "ana", "so_far": "800.00", "lines": lines})
    assert (quote.total, quote.currency, str(quote)) == (Decimal("32.01"), "EUR", "32.01 EUR")
    assert quote.lines[0].commissions == (affil.QuoteCommission("shoes", Decimal("32.01")),)
    assert (quote.lines[1].id, quote.lines[1].reason) == ("gift", "no_rule")
    assert plan.quote(json.dumps({"affiliate": "ana", "lines": []})).total == Decimal("0.00")


def test_ledgers_book_differences(plan: affil.Plan) -> None:
    tables = documents()
    refunds = tables.pop("refunds")
    ledger = affil.Ledger()
    booked = ledger.post(plan.settle(**tables))
    assert [entry.amount for entry in booked] == [Decimal("80.00"), Decimal("32.01"), Decimal("5.00")]
    (later,) = ledger.post(plan.settle(**tables, refunds=refunds))
    assert (later.id, later.kind, later.was, later.now) == (
        "reversal:r/1/shoes/ana#1",
        "reversal",
        Decimal("0.00"),
        Decimal("-20.00"),
    )
    assert ledger.balances() == {"ana": Decimal("97.01")}
    assert len(ledger) == 4
    again = affil.Ledger.from_json_lines(ledger.to_json_lines())
    assert again.entries.to_dicts() == ledger.entries.to_dicts()
    assert again.post(plan.settle(**tables, refunds=refunds)) == []
    # The plan before the refund takes it back.
    assert [entry.amount for entry in again.post(plan.settle(**tables))] == [Decimal("20.00")]


def test_facts_count_their_rows() -> None:
    facts = affil.Facts(**documents())
    counts = (facts.affiliates, facts.touches, facts.orders, facts.lines, facts.refunds, facts.adjustments)
    assert (*counts, facts.quotes) == (1, 2, 3, 3, 1, 0, 0)
    said = "1 affiliate, 2 touches, 3 orders with 3 lines, 1 refund, 0 adjustments, 0 quotes"
    assert repr(facts) == f"<affil.Facts: {said}>"


def test_examples_in_docstrings_run() -> None:
    run = 0
    for module in pkgutil.iter_modules(affil.__path__, "affil."):
        # Those of Spark run where Spark is.
        if module.name == "affil.spark":
            continue
        found = doctest.testmod(importlib.import_module(module.name))
        assert found.failed == 0, module.name
        run += found.attempted
    run += doctest.testmod(affil).attempted
    assert run > 15


@pytest.mark.parametrize("name", ["first", "payouts"])
def test_examples_print_what_they_promise(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(__file__).parents[3] / "examples" / name
    script = folder / f"{name}.py"
    program = compile(script.read_text(encoding="utf-8"), str(script), "exec")
    exec(program, {"__file__": str(script), "__name__": "__main__"})  # noqa: S102 - our own example
    assert capsys.readouterr().out == (folder / "expected.txt").read_text(encoding="utf-8")
