"""The cases that all languages share, byte for byte; see `vectors/README.md`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import polars as pl
import pytest
from sample import PROGRAM, documents

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
        facts = affil.Facts.from_json(text(case.get("facts", {})))
        if call["call"] == "explain":
            return plan.explain(facts, call["id"]).to_json()
        if call["call"] == "why_not":
            return plan.settle(facts).why_not(call["order"]).to_json()
        if call["call"] == "settle":
            return plan.settle(facts).to_json()
    except affil.AffilError as error:
        return error.to_json()
    raise AssertionError(f"no call is named {call['call']}")


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
    return result[key]


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


def _books_dollars() -> None:
    ledger = affil.Ledger()
    ledger.post(affil.Plan.parse(PROGRAM).settle(**documents()))
    ledger.post(affil.Plan.parse(PROGRAM.replace("EUR", "USD")).settle())


def _breaks_a_ledger() -> None:
    ledger = affil.Ledger()
    ledger.post(affil.Plan.parse(PROGRAM).settle(**documents()))
    affil.Ledger.from_json_lines(ledger.to_json_lines().replace('"was":"0.00"', '"was":"1.00"'))


#: Codes that no document can provoke, and what does.
ELSEWHERE: dict[str, Callable[[], object]] = {
    "document.more_problems": lambda: affil.Facts(affiliates=pl.DataFrame({"id": [""] * 1_001})),
    "table.column_missing": lambda: affil.Facts(affiliates=pl.DataFrame({"active": [True]})),
    "table.column_unknown": lambda: affil.Facts(affiliates=pl.DataFrame({"id": ["ana"], "age": [7]})),
    "table.column_type": lambda: affil.Facts(affiliates=pl.DataFrame({"id": [1.5]})),
    "table.value_missing": lambda: affil.Facts(affiliates=pl.DataFrame({"id": ["ana", None]})),
    "ledger.currency": _books_dollars,
    "ledger.broken": _breaks_a_ledger,
    "internal.bug": lambda: affil._affil._panic("deliberate"),
}


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
        with pytest.raises(affil.AffilError) as caught:
            provoke()
        assert caught.value.problems[-1].code == code
        covered.add(code)
    covered.update(warning["code"] for path in LINTS for warning in json.loads(path.read_text("utf-8"))["warnings"])
    assert sorted(set(affil._affil.CODES) - covered) == [], "codes without a vector or a test"


def test_the_type_of_codes_lists_them_all() -> None:
    assert list(get_args(affil.ProblemCode)) == affil._affil.CODES
