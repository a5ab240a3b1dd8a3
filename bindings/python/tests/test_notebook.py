"""The notebook of the examples runs in an empty kernel, and its figures are computed a second time."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[3] / "examples"
NOTEBOOK = EXAMPLES / "what-if/what_if.ipynb"


def affiliate(customer: str) -> str:
    """As the notebook makes it up."""
    weights = [1 / rank for rank in range(1, 41)]
    place = (int(customer) * 2_654_435_761 % 2**32) / 2**32 * sum(weights)
    behind = 0
    while behind < len(weights) - 1 and (place := place - weights[behind]) >= 0:
        behind += 1
    return f"a{behind + 1:02}"


def told() -> tuple[str, str]:
    """What the ladder makes, and what its lower first rate alone makes, in plain fractions."""
    sales: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    with (EXAMPLES / "cdnow/purchases.csv").open() as file:
        for row in csv.DictReader(file):
            sales[affiliate(row["customer"]), row["date"][:7]] += Fraction(row["dollars"])

    def ladder(sold: Fraction) -> Fraction:
        above = max(sold - 1000, Fraction(0)), max(sold - 5000, Fraction(0))
        return sold * 7 / 100 + above[0] / 100 + above[1] * 2 / 100

    # Each month of an affiliate is rounded once, half to even, as Python's `round` does; in cents.
    flat, lower, steps = (
        {place: round(100 * pays(sold)) for place, sold in sales.items()}
        for pays in (
            lambda sold: sold * 8 / 100,
            lambda sold: sold * 7 / 100,
            ladder,
        )
    )
    changes: dict[str, int] = defaultdict(int)
    for place in sales:
        changes[place[0]] += steps[place] - flat[place]
    more, gain = sum(changes.values()), sum(change > 0 for change in changes.values())
    percent = round(Fraction(1000 * more, sum(flat.values())))
    lose = sum(change < 0 for change in changes.values())
    less = sum(flat.values()) - sum(lower.values())
    return (
        f"{more / 100:,.2f} USD more (+{percent / 10:.1f} %): {gain} gain, {lose} lose",
        f"{less / 100:,.2f} USD less: `sales` pays 7 % instead of 8 %",
    )


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code"), "committed without outputs"
    ran = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    outputs = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [output.data for output in outputs if "data" in output]
    texts = [data.get("text/html", "") + data.get("text/plain", "") for data in shown]
    for figure in told():
        assert any(figure in text for text in texts), figure
    assert sum("image/png" in data for data in shown) == 4
