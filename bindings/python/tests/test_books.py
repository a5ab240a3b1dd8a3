"""Ledgers by their days, statements that can be checked, and files for others."""

from __future__ import annotations

import csv
import json
from base64 import b64encode
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import paid
import polars as pl
import pytest

import affil

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def told() -> affil.Facts:
    return paid.after()


@pytest.fixture(scope="module")
def ledger(told: affil.Facts) -> affil.Ledger:
    return paid.books(told)


#: By hand: 80 + 100 + 20 + 30 of commissions, -5 by hand; ana was sent 85.33 and is owed 30 and the reserve of 8.
ACCOUNTS = {
    "cash": Decimal("-85.33"),
    "clearing": Decimal("0.00"),
    "expense:adjustment": Decimal("-5.00"),
    "expense:commission": Decimal("230.00"),
    "fees": Decimal("-0.35"),
    "payable:ana": Decimal("-30.00"),
    "payable:ben": Decimal("-100.00"),
    "payable:cy": Decimal("-20.00"),
    "payable:dee": Decimal("5.00"),
    "reserve:ana": Decimal("-8.00"),
    "vat:input": Decimal("13.68"),
}


def test_accounts_add_up_to_nothing(ledger: affil.Ledger) -> None:
    accounts = ledger.accounts()
    assert {name: amount for name, amount in accounts.items() if amount or name in ACCOUNTS} == ACCOUNTS
    assert sum(accounts.values()) == 0
    assert ledger.balances()["ana"] == Decimal("38.00")


def test_entries_have_days_and_postings(told: affil.Facts) -> None:
    ledger = affil.Ledger()
    entries = {entry.id: entry for entry in ledger.post(paid.plan().settle(told))}
    payout = entries["payout:2026-04-30/ana#1"]
    assert (payout.kind, payout.date, payout.amount) == ("payout", date(2026, 4, 30), Decimal("-72.00"))
    assert dict(payout.postings) == {
        "payable:ana": Decimal("80.00"),
        "reserve:ana": Decimal("-8.00"),
        "vat:input": Decimal("13.68"),
        "fees": Decimal("-0.35"),
        "clearing": Decimal("-85.33"),
    }
    assert all(sum(amount for _, amount in entry.postings) == 0 for entry in entries.values())
    days = {row["id"]: row["date"] for row in ledger.entries.to_dicts()}
    assert days == {name: entry.date for name, entry in entries.items()}
    assert ">2026-04-30</td>" in ledger.entries._repr_html_()


def test_nothing_reopens_a_month(told: affil.Facts) -> None:
    ledger = affil.Ledger()
    ledger.post(paid.plan().settle(told.as_of("2026-03-31T22:00:00Z")))
    assert ledger.closed is None
    ledger.close("2026-03")
    assert ledger.closed == "2026-03"
    ledger.close("2026-02")
    assert ledger.closed == "2026-03"
    booked = {entry.id: entry for entry in ledger.post(paid.plan().settle(told.as_of("2026-04-30T22:00:00Z")))}
    # E was declined on 2 April: its 5.00 of 20 March are taken back on the first open day, for the month of March.
    back = booked["commission:E/1/all/ana#2"]
    assert (back.date, back.month, back.amount) == (date(2026, 4, 1), "2026-03", Decimal("-5.00"))
    again = affil.Ledger.from_json_lines(ledger.to_json_lines())
    assert (again.closed, again.to_json_lines()) == ("2026-03", ledger.to_json_lines())


@pytest.mark.parametrize("month", ["2026-13", "March", "2026-3"])
def test_months_are_written_in_one_way(month: str, told: affil.Facts) -> None:
    ledger = affil.Ledger()
    for call in (lambda: ledger.close(month), lambda: paid.plan().statements(told, ledger, month)):
        with pytest.raises(affil.FactsError) as caught:
            call()
        assert [problem.code for problem in caught.value.problems] == ["date.malformed"]
    assert ledger.closed is None


def test_journals_go_to_every_library(ledger: affil.Ledger) -> None:
    journal = ledger.journal
    assert journal.columns == ["entry", "date", "account", "affiliate", "amount", "currency"]
    first = journal.to_dicts()[0]
    assert (first["date"], first["account"], first["amount"]) == (
        date(2026, 3, 10),
        "expense:commission",
        Decimal("80.00"),
    )
    frame = journal.to_polars()
    assert (frame.schema["date"], frame["amount"].sum()) == (pl.Date, Decimal("0.00"))
    march = frame.filter(pl.col("date") < date(2026, 4, 1), account="pending")
    assert march["amount"].sum() == Decimal("-205.00")
    pandas = journal.to_pandas()
    assert str(pandas["date"].dtype) == "date32[day][pyarrow]"
    assert pandas[pandas["account"] == "cash"]["amount"].sum() == Decimal("-85.33")
    owed = duckdb.sql(
        "select affiliate, -sum(amount) from journal where account in ('pending', 'approved', 'payable', 'reserve')"
        " group by affiliate order by affiliate"
    ).fetchall()
    assert dict(owed) == ledger.balances()
    assert duckdb.sql("select max(date) from journal").fetchall() == [(date(2026, 5, 10),)]


def test_ledgers_are_exported(ledger: affil.Ledger) -> None:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(ledger.export("csv").splitlines()):
        owed = row["account"] in {"pending", "approved", "payable", "reserve"}
        sums[f"{row['account']}:{row['affiliate']}" if owed else row["account"]] += Decimal(row["amount"])
    assert {name: amount for name, amount in sums.items() if amount} == {
        name: amount for name, amount in ACCOUNTS.items() if amount
    }
    beancount = ledger.export("beancount")
    assert '2026-03-10 * "ana" "commission:A/1/all/ana#1"\n' in beancount
    assert "  Liabilities:Affiliates:Reserve:A-ana  -8.00 EUR\n" in beancount
    assert "2026-04-30 * ana | payout:2026-04-30/ana#1\n" in ledger.export("hledger")
    assert affil.Ledger().export("csv").count("\n") == 1
    with pytest.raises(ValueError, match="'beancount', 'hledger' or 'csv'"):
        ledger.export("excel")  # type: ignore[arg-type]


def of(affiliate: str, statements: list[affil.Statement]) -> affil.Statement:
    (one,) = (statement for statement in statements if statement.affiliate == affiliate)
    return one


def test_statements_go_from_month_to_month(told: affil.Facts, ledger: affil.Ledger) -> None:
    plan = paid.plan()
    march, april = (plan.statements(told, ledger, month) for month in ("2026-03", "2026-04"))
    first, second = of("ana", march), of("ana", april)
    assert (first.opening, first.closing, first.previous) == (Decimal("0.00"), Decimal("85.00"), None)
    # 30.00 of B, 5.00 less of E, and a payout of 80.00 of which 8.00 are kept.
    assert (second.opening, second.closing, second.previous) == (Decimal("85.00"), Decimal("38.00"), first.hash)
    assert second.balances == affil.StatementBalances(*map(Decimal, ("30.00", "0.00", "0.00", "8.00")))
    assert {entry.id: entry.amount for entry in second.entries} == {
        "commission:B/1/all/ana#1": Decimal("30.00"),
        "commission:E/1/all/ana#2": Decimal("-5.00"),
        "payout:2026-04-30/ana#1": Decimal("-72.00"),
    }
    text = second.entries[0].text
    assert text is not None
    assert text.startswith("30.00 EUR to ana for B · April 2026 in Europe/Berlin")
    assert (second.currency, second.plan, second.until) == ("EUR", plan.fingerprint, datetime.fromisoformat(paid.END))
    assert str(second) == "ana, 2026-04: 85.00 EUR before, 38.00 after"
    html = second._repr_html_()
    assert ">2026-04-30</td>" in html
    assert "30.00 EUR to ana for B" in html
    # As they were handed out, and read again.
    handed = affil.Statement.list_from_json(f"[{first.to_json()}]")
    assert handed == [first]
    assert of("ana", plan.statements(told, ledger, "2026-04", earlier=handed)) == second
    assert of("ana", plan.statements(told, ledger, "2026-04", first.to_json())) == second
    with pytest.raises(affil.FactsError) as caught:
        plan.statements(told, ledger, "2026-04", [first.to_json().replace("85.00", "86.00")])
    assert [problem.code for problem in caught.value.problems] == ["statement.hash"]


def test_statements_can_be_checked(told: affil.Facts, ledger: affil.Ledger) -> None:
    plan = paid.plan()
    own = [of("ana", plan.statements(told, ledger, month)) for month in ("2026-03", "2026-04", "2026-05")]
    proof = plan.proof(told, "ana")
    assert affil.verify(own, proof) == []
    assert affil.verify([statement.to_json() for statement in own], proof) == []
    again = affil.Proof.from_json(proof.to_json())
    assert (again.fingerprint, again.to_json()) == (plan.fingerprint, proof.to_json())
    assert affil.verify(own, again) == []
    # What is not ana's does not concern her.
    assert (proof.facts.orders, proof.facts.payouts) == (3, 1)
    settled = {target["id"]: target["amount"] for target in again.settle().targets.to_dicts()}
    assert settled == {"commission:A/1/all/ana": Decimal("80.00"), "commission:B/1/all/ana": Decimal("30.00")}
    assert repr(again).startswith(f"<affil.Proof: {plan.fingerprint[:8]}…, <affil.Facts: 1 affiliate")
    forged = own[1].to_json().replace('"closing":"38.00"', '"closing":"40.00"')
    found = affil.verify([own[0], forged, own[2]], proof)
    assert {problem.code for problem in found} == {"statement.hash", "statement.sum", "statement.chain"}
    assert found[0].path.startswith("/1/")
    with pytest.raises(affil.FactsError) as caught:
        affil.Proof.from_json(proof.to_json().replace('"name":', '"naem":').replace("2026-04-30", "2026-04-31"))
    assert caught.value.problems
    with pytest.raises(TypeError, match=r"Plan\.proof"):
        affil.Proof()


def test_statements_are_pages(told: affil.Facts, ledger: affil.Ledger, tmp_path: Path) -> None:
    statement = of("ana", paid.plan().statements(told, ledger, "2026-04"))
    page = affil.page(statement)
    assert statement.hash in page
    assert "<html" in page
    proof = paid.plan().proof(told, "ana")
    (tmp_path / "engine.js").write_text("const engine = 7;", encoding="utf-8")
    (tmp_path / "affil.wasm").write_bytes(b"\0asm")
    for folder in (tmp_path, str(tmp_path)):
        checked = affil.page([statement], proof, engine=folder)
        assert "const engine = 7;" in checked
        assert b64encode(b"\0asm").decode() in checked
        assert paid.plan().fingerprint in checked
    halves: list[dict[str, Any]] = [{"proof": proof}, {"engine": tmp_path}]
    for half in halves:
        with pytest.raises(TypeError, match="both"):
            affil.page(statement, **half)
    with pytest.raises(OSError):
        affil.page(statement, proof, engine=tmp_path / "none")
    with pytest.raises(affil.FactsError) as caught:
        affil.page('{"a":1}')
    assert [problem.code for problem in caught.value.problems] == ["statement.schema"]


#: ana alone: ben has no IBAN.
def of_ana() -> list[dict[str, Any]]:
    return [payout for payout in paid.plan().payouts(paid.facts(), paid.AT).facts if payout["affiliate"] == "ana"]


def test_banks_get_what_is_not_confirmed(told: affil.Facts) -> None:
    plan = paid.plan()
    file = affil.pain001(plan, of_ana(), paid.PAYEES, id="AFF-1", created=paid.AT, text="Provision", letters="german")
    assert (file.count, file.sums) == (1, {"EUR": Decimal("85.33")})
    assert str(file) == file.text
    assert "<CtrlSum>85.33</CtrlSum>" in file.text
    assert "<Nm>Ana Mueller</Nm>" in file.text
    assert "<Ustrd>Provision 2026-04-30/ana</Ustrd>" in file.text
    assert "<ReqdExctnDt><Dt>2026-04-30</Dt></ReqdExctnDt>" in file.text
    for day in (date(2026, 5, 4), "2026-05-04"):
        later = affil.pain001(plan, of_ana(), paid.PAYEES, id="AFF-1", created=paid.AT, execute=day, batch=True)
        assert "<ReqdExctnDt><Dt>2026-05-04</Dt></ReqdExctnDt>" in later.text
        assert "<BtchBookg>true</BtchBookg>" in later.text
    # Both payouts of the facts have an outcome by now.
    with pytest.raises(affil.FactsError) as caught:
        affil.pain001(plan, told, paid.PAYEES, id="AFF-2", created=paid.AT)
    assert [problem.code for problem in caught.value.problems] == ["export.limit"]


def test_a_run_is_exported_in_whatever_form() -> None:
    plan, run = paid.plan(), paid.plan().payouts(paid.facts(), paid.AT)
    wanted = affil.wise(plan, of_ana(), paid.PAYEES)
    assert wanted.text.splitlines()[1].startswith("1001,Ana Müller,")
    documents: list[affil.PayoutsLike] = [{"payouts": of_ana()}, json.dumps({"payouts": of_ana()}), iter(of_ana())]
    for payouts in documents:
        assert affil.wise(plan, payouts, paid.PAYEES) == wanted
    assert affil.wise(plan, affil.Facts(payouts=of_ana()), paid.PAYEES) == wanted
    template = affil.wise(plan, of_ana(), paid.PAYEES, template="bank_accounts")
    assert "DE75512108001245126199" in template.text
    # A run as a whole: the payees need not know everything that this file does not ask for.
    payees = {
        "schema": "affil/payees/1",
        "payees": [{"affiliate": "ana", "name": "Ana", "wise": "1"}, {"affiliate": "ben", "name": "B", "wise": "2"}],
    }
    assert affil.wise(plan, run, payees).sums == {"EUR": Decimal("85.33"), "USD": Decimal("108.23")}
    assert affil.wise(plan, run.to_json(), payees).count == 2


def test_paypal_pays_in_one_currency() -> None:
    plan, run = paid.plan(), paid.plan().payouts(paid.facts(), paid.AT)
    dollars = [payout for payout in run.facts if payout.get("currency") == "USD"]
    file = affil.paypal(plan, dollars, paid.PAYEES, note="April")
    assert file.text == "ben@example.com,108.23,USD,2026-04-30/ben,April,PAYPAL\r\n"
    assert file.sums == {"USD": Decimal("108.23")}


def test_invoices_are_numbered() -> None:
    made = affil.invoices(paid.plan(), of_ana(), paid.PAYEES, prefix="AFF-2026-", first=17)
    (invoice,) = json.loads(made.text)["invoices"]
    # The rate is that of the terms under which the payout was proposed.
    parts = ("number", "net", "rate", "vat", "gross", "fee", "transfer")
    assert [invoice[part] for part in parts] == ["AFF-2026-17", "72.00", "19", "13.68", "85.68", "0.35", "85.33"]
    assert (made.count, made.sums["gross"]) == (1, Decimal("85.68"))
    table = affil.invoices(paid.plan(), of_ana(), paid.PAYEES, first=1, format="csv")
    (row,) = csv.DictReader(table.text.splitlines())
    assert (row["number"], row["gross"]) == ("1", "85.68")


def test_words_that_are_none_are_value_errors() -> None:
    plan, payouts = paid.plan(), of_ana()
    with pytest.raises(ValueError, match="'epc' or 'german'"):
        affil.pain001(plan, payouts, paid.PAYEES, id="x", created=paid.AT, letters="french")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'recipients'"):
        affil.wise(plan, payouts, paid.PAYEES, template="iban")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'json' or 'csv'"):
        affil.invoices(plan, payouts, paid.PAYEES, first=1, format="pdf")  # type: ignore[arg-type]


def test_what_is_wrong_with_payees_is_placed() -> None:
    wrong = paid.PAYEES.replace("DE75512108001245126199", "DE75512108001245126198")
    with pytest.raises(affil.FactsError) as caught:
        affil.wise(paid.plan(), of_ana(), wrong)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("payee.iban", "/payees/0/iban")
    assert problem.line == 1 + wrong[: wrong.index("DE7551")].count("\n")
    with pytest.raises(affil.FactsError) as caught:
        affil.wise(paid.plan(), of_ana(), {"schema": "affil/payees/1", "payees": [{"affiliate": "ana", "name": ""}]})
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("payee.name", None)
