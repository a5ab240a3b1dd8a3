"""The cases that all languages share, byte for byte; see `vectors/README.md`."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from provoke import ELSEWHERE, said

import affil

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).parents[3] / "vectors"
LINTS = sorted((VECTORS / "lint").glob("*.json"))
CASES = sorted(path for folder in ("settle", "refused") for path in (VECTORS / folder).glob("*.json"))


def text(document: Any) -> str:
    """A document of a case as text; what is an object is written in the one canonical way."""
    if isinstance(document, str):
        return document
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def run(case: dict[str, Any], call: dict[str, Any]) -> str:
    """The canonical result of a call."""
    program = text(case["program"])
    if call["call"] == "check":
        return affil._affil.check(program, own=True)
    try:
        plan = affil.Plan.parse(program)
        if call["call"] == "quote":
            return plan.quote(text(call["cart"])).to_json()
        return CALLS[call["call"]](plan, affil.Facts.from_json(text(case.get("facts", {}))), call)
    except affil.AffilError as error:
        return error.to_json()


def settle(plan: affil.Plan, facts: affil.Facts, call: dict[str, Any]) -> str:
    """A settlement, perhaps as of an instant."""
    return plan.settle(facts.as_of(call["as_of"]) if "as_of" in call else facts).to_json()


def book(plan: affil.Plan, facts: affil.Facts, call: dict[str, Any]) -> str:
    """The ledger after some steps, as canonical JSON."""
    ledger = affil.Ledger()
    for step in call["steps"]:
        ((name, value),) = step.items()
        if name == "close":
            ledger.close(value)
        else:
            assert name == "settle_as_of"
            ledger.post(plan.settle(facts.as_of(value)))
    # Lines that close months are no entries.
    entries = [line for line in ledger.to_json_lines().splitlines() if not line.startswith('{"closed"')]
    accounts = {account: str(amount) for account, amount in ledger.accounts().items()}
    told = json.dumps(accounts, ensure_ascii=False, separators=(",", ":"))
    return f'{{"entries":[{",".join(entries)}],"accounts":{told}}}'


def because(plan: affil.Plan, facts: affil.Facts, call: dict[str, Any]) -> str:
    """What each difference between two programs makes, as canonical JSON."""
    return plan.because(call["variant"], facts, call.get("affiliate")).to_json()


#: Calls with facts, by name.
CALLS: dict[str, Callable[[affil.Plan, affil.Facts, dict[str, Any]], str]] = {
    "settle": settle,
    "payouts": lambda plan, facts, call: plan.payouts(facts, call["at"]).to_json(),
    "what_if": lambda plan, facts, call: plan.what_if(call["variants"], facts).to_json(),
    "because": because,
    "book": book,
    "explain": lambda plan, facts, call: plan.explain(facts, call["id"]).to_json(),
    "why_not": lambda plan, facts, call: plan.settle(facts).why_not(call["order"]).to_json(),
}


def as_written(found: Any, wanted: Any) -> Any:
    """An instant as the expectation writes it, if it is the same one."""
    try:
        return wanted if datetime.fromisoformat(found) == datetime.fromisoformat(wanted) else found
    except (TypeError, ValueError):
        return found


def mentioned(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Of a table's row, the keys that an expectation mentions."""
    return {key: as_written(row.get(key), value) for key, value in wanted.items()}


def of_targets(result: dict[str, Any], name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """What a result says of the targets that an expectation mentions."""
    targets = {target["id"]: target for target in result["targets"]}
    return {target: as_written(targets[target].get(name), value) for target, value in wanted.items()}


def of_payouts(result: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """All payouts that a result proposes, each with the keys that an expectation mentions."""
    payouts = [{**proposal["payout"], "terms": proposal["terms"]} for proposal in result["payouts"]]
    return {payout["id"]: mentioned(payout, wanted.get(payout["id"], {})) for payout in payouts}


def of_entries(result: dict[str, Any], wanted: list[list[str]]) -> list[list[str]]:
    """All entries of a ledger; in which order they stand is free."""
    entries = [[entry["id"], entry["date"], entry["amount"]] for entry in result["entries"]]
    return sorted(entries, key=lambda entry: wanted.index(entry) if entry in wanted else len(wanted))


def of_balances(result: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The balances that an expectation mentions."""
    rows = {row["affiliate"]: row for row in result["balances"]}
    return {affiliate: mentioned(rows[affiliate], value) for affiliate, value in wanted.items()}


#: What a result says under keys of expectations about what comes after a sale.
AFTER: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "states": lambda result, wanted: of_targets(result, "state", wanted),
    "payable_from": lambda result, wanted: of_targets(result, "payable_from", wanted),
    "balances": of_balances,
    "payouts": of_payouts,
    "variants": lambda result, wanted: [
        mentioned(row, told) for row, told in zip(result["variants"], wanted, strict=True)
    ],
    "reasons": lambda result, _: [part["text"] for part in result["because"]],
    "carried": lambda result, _: {row["affiliate"]: [row["balance"], row["reason"]] for row in result["carried"]},
    "accounts": lambda result, _: {name: amount for name, amount in result["accounts"].items() if Decimal(amount)},
    "entries": of_entries,
}


def found(result: dict[str, Any], key: str, wanted: Any) -> Any:
    """What a result says under a key of an expectation, in the expectation's shape."""
    if key == "targets":
        return {target["id"]: target["amount"] for target in result["targets"]}
    if key == "unpaid":
        return {"/".join(filter(None, [row["order"], row.get("line")])): row["reason"] for row in result["unpaid"]}
    if key == "total":
        return result["totals"]["total"] if "totals" in result else result["total"]
    if key in {"texts", "changes"}:
        return [finding.get(key.removesuffix("s")) for finding in result["findings"]]
    if key == "problems":
        parts = ("code", "path", "line", "column")
        problems = result["problems"]
        assert len(problems) == len(wanted), problems
        return [
            [problem.get(part) for part in parts[: len(want)]] for problem, want in zip(problems, wanted, strict=True)
        ]
    return AFTER[key](result, wanted) if key in AFTER else result[key]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    results = [run(case, call) for call in case["calls"]]
    for call, result in zip(case["calls"], results, strict=True):
        assert call["expect"], "an expectation that expects nothing"
        for key, wanted in call["expect"].items():
            assert found(json.loads(result), key, wanted) == wanted
    shared = VECTORS / "results" / path.parent.name / f"{path.stem}.jsonl"
    # Bytes, because that is what every language promises.
    assert "".join(result + "\n" for result in results).encode() == shared.read_bytes()


@pytest.mark.parametrize("path", LINTS, ids=lambda path: path.stem)
def test_warnings(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    found = affil.Plan.parse(text(case["program"])).lint()
    assert [{"code": warning.code, "path": warning.path} for warning in found] == case["warnings"]
    assert {warning.severity for warning in found} == {"warning"}


def test_there_are_vectors() -> None:
    assert LINTS
    assert len(CASES) > 50
    results = {f"{path.parent.name}/{path.stem}" for path in (VECTORS / "results").glob("*/*.jsonl")}
    assert results == {f"{path.parent.name}/{path.stem}" for path in CASES}


#: Case documents are read by the command line only.
NOT_HERE = {"cases.expect"}


def test_every_code_is_covered() -> None:
    covered = NOT_HERE | {
        problem["code"]
        for path in CASES
        for line in (VECTORS / "results" / path.parent.name / f"{path.stem}.jsonl").read_text("utf-8").splitlines()
        for problem in json.loads(line).get("problems", [])
    }
    for code, provoke in ELSEWHERE.items():
        assert code in {problem.code for problem in said(provoke)}, code
        covered.add(code)
    covered.update(warning["code"] for path in LINTS for warning in json.loads(path.read_text("utf-8"))["warnings"])
    assert sorted(set(affil._affil.CODES) - covered) == [], "codes without a vector or a test"


def test_the_type_of_codes_lists_them_all() -> None:
    assert list(get_args(affil.ProblemCode)) == affil._affil.CODES
    assert list(get_args(affil.SimulationCode)) == affil._affil.SIMULATION_CODES
    assert list(get_args(affil.PathsCode)) == affil._affil.PATHS_CODES
