"""Paths of touches, and what they say about channels."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import matplotlib as mpl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import affil

ROWS: list[dict[str, Any]] = [
    {"path": ["blog", "search"], "conversions": 3, "others": 10, "value": "240.00"},
    {"path": ["blog", "mail", "mail", "search"], "conversions": 1, "others": 2, "value": Decimal("90.01")},
    {"path": ["search"], "conversions": 0, "others": 40},
]

#: Every way to say the same.
FRAME = pa.table(
    {
        "path": [row["path"] for row in ROWS],
        "conversions": [3, 1, 0],
        "others": [10, 2, 40],
        "value": pa.array([Decimal("240.00"), Decimal("90.01"), None], pa.decimal128(12, 2)),
    }
)


def shares(paths: affil.Paths) -> dict[str, list[Fraction]]:
    attribution = paths.attribute()
    exact = [model for model in attribution.models if not model.startswith("markov")]
    return {model: list(attribution.fractions(model).values()) for model in exact}


def test_shares_by_hand() -> None:
    paths = affil.Paths(ROWS, currency="EUR")
    assert (paths.channels, paths.conversions, paths.others, paths.touches) == (["blog", "mail", "search"], 4, 52, 7)
    assert len(paths) == 3
    attribution = paths.attribute(position=(2, 1, 1))
    assert shares(paths)["shapley"] == [Fraction(11, 6), Fraction(1, 3), Fraction(11, 6)]
    # 3/2 + 1/4, 2/4, 3/2 + 1/4.
    assert shares(paths)["linear"] == [Fraction(7, 4), Fraction(1, 2), Fraction(7, 4)]
    # Of two touches 2/3 and 1/3; of four 1/2, 1/8, 1/8, 1/4.
    assert attribution.fractions("position") == {
        "blog": Fraction(5, 2),
        "mail": Fraction(1, 4),
        "search": Fraction(5, 4),
    }
    by_model: dict[str, list[Decimal]] = {}
    for row in attribution.table.to_dicts():
        by_model.setdefault(row["model"], []).append(row["value"])
    assert {sum(values) for values in by_model.values()} == {Decimal("330.01")}
    # 120 + 30.00333..., 30.00333..., the same again: the cent over goes to the first.
    assert by_model["shapley"] == [Decimal("150.01"), Decimal("30.00"), Decimal("150.00")]
    assert by_model["last"] == [Decimal("0.00"), Decimal("0.00"), Decimal("330.01")]
    with pytest.raises(ValueError, match="floats"):
        attribution.fractions("markov-1")
    with pytest.raises(KeyError):
        attribution.fractions("markov-2")


def test_chains_by_hand() -> None:
    rows = [
        {"path": ["a", "b", "c"], "conversions": 1},
        {"path": ["a", "c"], "conversions": 1},
        {"path": ["b"], "conversions": 0},
    ]
    attribution = affil.Paths(rows).attribute("markov-1", "markov-2", "markov-3")
    effects = [row["effect"] for row in attribution.removals.to_dicts()]
    # From the start 2/3 to a, 1/3 to b; half of each goes on: 2/3 convert, 1/6 without a, 1/3 without b, 0 without c.
    # Longer states keep the paths apart.
    assert effects == pytest.approx([0.75, 0.5, 1, 1, 0.5, 1, 1, 0.5, 1], abs=1e-12)
    assert max(attribution.residuals.values()) < 1e-12


def test_frames_of_all_libraries_say_the_same() -> None:
    wanted = shares(affil.Paths(ROWS, currency="EUR"))
    dictionary = pa.table(
        {
            **{name: FRAME[name] for name in ("conversions", "others", "value")},
            "path": FRAME["path"].cast(pa.large_list(pa.dictionary(pa.int8(), pa.string()))),
        }
    )
    touches = [(row, channel) for row, path in enumerate(FRAME["path"].to_pylist()) for channel in path]
    long = pl.DataFrame({"path": [f"p{row}" for row, _ in touches], "channel": [channel for _, channel in touches]})
    ends = FRAME.set_column(0, "path", pa.array(["p0", "p1", "p2"]))
    for paths in (
        affil.Paths(FRAME, currency="EUR"),
        affil.Paths(FRAME.slice(0, 2), currency="EUR"),
        affil.Paths(pl.DataFrame(FRAME), currency="EUR"),
        affil.Paths(FRAME.to_pandas(types_mapper=pd.ArrowDtype), currency="EUR"),
        affil.Paths(dictionary, currency="EUR"),
        affil.Paths(ends, touches=long, currency="EUR"),
    ):
        assert shares(paths) == wanted


def test_flags_count_one_customer_each() -> None:
    table = pa.table({"path": [["a"], ["b", "a"], ["b"]], "conversions": [True, False, True]})
    paths = affil.Paths(table)
    assert (paths.conversions, paths.others) == (2, 1)
    assert paths.attribute("first").fractions("first") == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({"path": [["a"]]}, [("paths.column", "/conversions")]),
        ({"path": ["a"], "conversions": [1]}, [("paths.column", "/path")]),
        ({"path": [["a", None]], "conversions": [1]}, [("paths.column", "/path/0")]),
        ({"path": [["a"], []], "conversions": [1, 1]}, [("paths.empty", "/path/1")]),
        ({"path": [["a"]], "conversions": [-1]}, [("paths.column", "/conversions/0")]),
        ({"path": [["a"]], "conversions": [1.5]}, [("paths.column", "/conversions")]),
        ({"path": [["a"]], "conversions": [None]}, [("paths.column", "/conversions")]),
        ({"path": [["a"]], "conversions": [1], "value": [2.5]}, [("paths.column", "/value")]),
        ({"path": [["a"]], "conversions": [1], "value": ["2.505"]}, [("paths.column", "/value/0")]),
        ({"path": [["a"]], "conversions": [1], "value": ["-1.00"]}, [("paths.value", "/value/0")]),
        ({"path": [["a"]], "conversions": [0], "value": ["1.00"]}, [("paths.value", "/value/0")]),
    ],
)
def test_what_is_wrong_is_said(table: dict[str, Any], found: list[tuple[str, str]]) -> None:
    with pytest.raises(affil.PathsError) as caught:
        affil.Paths(pa.table(table), currency="EUR" if "value" in table else None)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == found


def test_what_else_is_refused() -> None:
    paths = affil.Paths(ROWS)
    with pytest.raises(affil.PathsError) as caught:
        paths.attribute("markov-4", "position", position=(0, 0, 0), threads=0)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["paths.order", "paths.position", "paths.threads"]
    with pytest.raises(ValueError, match="no model is called u-shaped"):
        paths.attribute("u-shaped")
    with pytest.raises(ValueError, match="no currency is called XXQ"):
        affil.Paths(ROWS, currency="XXQ")
    with pytest.raises(TypeError, match="float"):
        affil.Paths([{"path": ["a"], "conversions": 1, "value": 2.5}], currency="EUR")
    with pytest.raises(TypeError, match="attribute"):
        affil.Attribution()
    touches = pa.table({"path": ["p", "q"], "channel": ["a", "b"]})
    with pytest.raises(affil.PathsError) as caught:
        affil.Paths(pa.table({"path": ["p", "p"], "conversions": [1, 1]}), touches=touches)
    assert [problem.path for problem in caught.value.problems] == ["/path/1", "/touches/1"]


def test_it_is_shown() -> None:
    attribution = affil.Paths(ROWS, currency="EUR").attribute("first", "shapley")
    assert repr(attribution) == "<affil.Attribution: 4 conversions among 3 channels by first, shapley>"
    assert str(attribution).splitlines()[1] == "blog            4.00          1.83"
    assert '<td style="text-align:right;font-variant-numeric:tabular-nums">1.83</td>' in attribution._repr_html_()
    assert attribution.currency == "EUR"
    assert affil.Paths(ROWS).attribute("first").table.columns == ["model", "channel", "conversions"]


def test_pictures() -> None:
    mpl.use("agg")
    ax = affil.Paths(ROWS).attribute("first", "shapley").plot()
    assert len(ax.patches) == 6
    assert ax.get_ylabel() == "conversions"
