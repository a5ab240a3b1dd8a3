"""Results as tables that every data frame library can take."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from affil import _html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affil import _affil

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = date(1970, 1, 1)

#: So many rows are shown in a notebook.
_SHOWN = 10


class Table:
    """A result as an Arrow table: money is decimal, instants are UTC timestamps of microseconds, days are dates.

    Any library that speaks Arrow takes it as it is (``polars.DataFrame(table)``, ``pyarrow.table(table)``,
    ``duckdb.sql("from table")``); the methods below save the import.
    """

    __slots__ = ("_table",)

    def __init__(self, table: _affil.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The columns, as a capsule of the Arrow PyCapsule interface."""
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        """The types of the columns, as a capsule of the Arrow PyCapsule interface."""
        return self._table.__arrow_c_schema__()

    def __len__(self) -> int:
        return len(self._table)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [name for name, _ in self._table.columns()]

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is not needed to use affil
        """A `polars.DataFrame` with decimal columns."""
        return importlib.import_module("polars").DataFrame(self)

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is not needed to use affil
        """A `pandas.DataFrame` whose columns keep their Arrow types, so that money stays decimal."""
        pandas = importlib.import_module("pandas")
        return self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def to_arrow(self) -> Any:  # noqa: ANN401 - pyarrow is not needed to use affil
        """A `pyarrow.Table`."""
        return importlib.import_module("pyarrow").table(self)

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a row, with `Decimal` for money, aware `datetime` for instants and `date` for days.

        Needs no other library.
        """
        return list(self._rows(len(self)))

    def _rows(self, limit: int) -> Iterator[dict[str, Any]]:
        kinds = self._table.columns()
        columns = [[_python(kind, value) for value in self._table.values(name, limit)] for name, kind in kinds]
        names = [name for name, _ in kinds]
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))

    def __repr__(self) -> str:
        return f"<affil.Table: {len(self):,} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        kinds = dict(self._table.columns())
        return _html.table(kinds, list(self._rows(_SHOWN)), len(self))


def _python(kind: str, value: str | float | None) -> Any:  # noqa: ANN401 - one of six types, by kind
    if value is None:
        return None
    if kind == "money":
        return Decimal(value)
    if kind == "instant":
        return _EPOCH + timedelta(microseconds=int(value))
    if kind == "day":
        return _FIRST + timedelta(days=int(value))
    return value
