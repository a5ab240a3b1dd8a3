"""The two passes of a sheet in parts: what is done with the rows of some customers, and with those of some affiliates.

It must never know who hands out the parts (see `affil.spark`), nor which part it is.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from affil._errors import FactsError
from affil._plan import Plan
from affil._sheet import Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: What stands before the problems in the text of an error that crosses from one process to another.
MARK = "affil.FactsError: "

#: So many rows are handed back at once.
SOME = 1 << 16

#: What a pass knows of an order beside its id, as far as it was given.
ORDER = ["at", "currency", "country", "counts"]

#: What it knows of the touch that an order is credited to.
TOUCH = ["affiliate", "kind", "channel"]


@dataclass(frozen=True)
class Terms:
    """What every part is settled by: a plan, and the small tables, as bytes that any process can read."""

    plan: str
    affiliates: bytes
    quotes: bytes | None

    @property
    def tables(self) -> dict[str, Any]:
        """The small tables as arguments of `Columns`."""
        quotes = None if self.quotes is None else _read(self.quotes)
        return {"affiliates": _read(self.affiliates), "quotes": quotes}


def written(table: pa.Table) -> bytes:
    """A table as bytes of Arrow's own."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    whole: bytes = sink.getvalue().to_pybytes()
    return whole


@functools.lru_cache(maxsize=4)
def _read(table: bytes) -> Any:  # noqa: ANN401 - a pyarrow.Table
    return pa.ipc.open_stream(table).read_all()


@functools.lru_cache(maxsize=4)
def _plan(text: str) -> Plan:
    return Plan.parse(text)


class RefusedError(Exception):
    """Facts of a part were refused: the problems as text for people, and in the last line for `affil.spark`."""

    def __init__(self, error: FactsError) -> None:
        super().__init__(f"{error}\n{MARK}{error.to_json()}")


def credits_of(batches: Iterable[Any], terms: Terms, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow's
    """Say which touch wins each order of some customers, given all touches and orders of them.

    A row is either: `touch` holds what only touches have, and `order` what only orders have, and the other is null. A
    row comes out for each order, in `schema`.
    """
    touches: list[Any] = []
    orders: list[Any] = []
    for batch in batches:
        for name, rows in (("touch", touches), ("order", orders)):
            own = batch.filter(batch.column(name).is_valid())
            if own.num_rows:
                rows.append(_flat(own, name))
    if not touches and not orders:
        return
    yield from _batches(_told(lambda: _credits(touches, orders, terms)), schema)


def _credits(touches: list[Any], orders: list[Any], terms: Terms) -> Any:  # noqa: ANN401 - a pyarrow.Table
    of_orders = pa.Table.from_batches(orders) if orders else NO_ORDERS
    of_touches = pa.Table.from_batches(touches) if touches else NO_TOUCHES
    # Every order has lines; which, makes no difference to who wins.
    lines = pa.table({"order": of_orders["id"], "amount": pa.repeat(_NOTHING, of_orders.num_rows)})
    columns = Columns(touches=of_touches, orders=of_orders, lines=lines, **terms.tables, threads=1)
    found = pa.table(_plan(terms.plan).credits(columns, threads=1))
    rows = pc.index_in(found["order"], value_set=of_orders["id"].cast(found["order"].type))
    own = of_orders.select([name for name in ORDER if name in of_orders.column_names]).take(rows)
    told = {name: found[name] for name in ("order", *TOUCH, "new_customer")}
    return pa.table({**told, **dict(zip(own.column_names, own.columns, strict=True)), "touched": found["at"]})


def sheet_of(batches: Iterable[Any], terms: Terms, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow's
    """Settle some orders, given all orders, lines and refunds of each of their affiliates.

    A row is a line or a `refund` (null: neither, but an order that has none), with what is known of its order. A row
    comes out for each line and (with `statement`) for each statement, in `schema`.
    """
    given = [batch for batch in batches if batch.num_rows]
    if given:
        for made in _told(lambda: _sheet(given, terms)):
            yield from _batches(made, schema)


def _sheet(given: list[Any], terms: Terms) -> list[Any]:
    # What is read is forgotten as soon as it is: a part takes as much memory as there is at one time.
    tables = _tables(given)
    columns = Columns(**tables, **terms.tables, threads=1)
    tables.clear()
    made = _plan(terms.plan).sheet(columns, threads=1)
    statements = pa.table(made.statements)
    rows = pa.StructArray.from_arrays(
        [column.combine_chunks() for column in statements.columns], names=statements.column_names
    )
    # One to a list: beside a line, no list is four bytes, and no statement all of its columns.
    each = pa.ListArray.from_arrays(pa.array(range(len(rows) + 1), pa.int32()), rows)
    return [pa.table(made.lines), pa.table({"statement": each})]


def _tables(given: list[Any]) -> dict[str, Any]:
    items = pa.Table.from_batches(given)
    given.clear()
    orders = _orders(items)
    won = orders.filter(orders["touched"].is_valid())
    touches = won.select([name for name in TOUCH if name in won.column_names])
    # An order is credited to its own touch: no other is in its way if each has a customer to itself.
    touches = touches.append_column("at", won["touched"]).append_column("customer", won["order"])
    known = orders.select([*(name for name in ORDER if name in orders.column_names), "new_customer"])
    known = known.append_column("id", orders["order"]).append_column("customer", orders["order"])
    return {"touches": touches, "orders": known, "lines": _lines(items), "refunds": _refunds(items)}


def _orders(items: Any) -> Any:  # noqa: ANN401 - a pyarrow.Table
    """A row for each order that there is."""
    # A line whose order there is not has the order's id, but nothing else of it.
    counted = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), items.num_rows))
    numbered = pa.table({"order": items["order"], "row": counted}).filter(items["at"].is_valid())
    first = numbered.group_by("order", use_threads=False).aggregate([("row", "min")])
    return items.take(pc.subtract(first["row_min"], 1))


LINE = ["amount", "price", "quantity", "category", "sku"]


def _lines(items: Any) -> Any:  # noqa: ANN401 - a pyarrow.Table
    """The lines by their ids, which say in what sequence the lines of an order stand."""
    own = items.filter(pc.invert(items["refund"]))
    lines = own.select([name for name in LINE if name in own.column_names])
    lines = lines.append_column("order", own["order"]).append_column("id", own["line"])
    return lines.take(sequence(own["line"]))


def sequence(ids: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays
    """The rows by their ids: whole numbers by their value, then other texts byte by byte."""
    flat = ids.combine_chunks()
    if pa.types.is_integer(flat.type):
        return pc.array_sort_indices(flat)
    digits = pc.if_else(pc.match_substring_regex(flat, r"^(0|[1-9][0-9]{0,17})$"), flat, None)
    return pc.sort_indices(
        pa.table({"number": digits.cast(pa.int64()), "text": flat}),
        sort_keys=[("number", "ascending"), ("text", "ascending")],
    )


def _refunds(items: Any) -> Any:  # noqa: ANN401 - a pyarrow.Table
    if "back" not in items.column_names:
        return None
    own = items.filter(items["refund"])
    back = _flatten(own, "back")
    return pa.table({"order": own["order"], "line": own["line"], **back})


def _flat(batch: Any, name: str) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch
    own = batch.column(name)
    fields = {field.name: child for field, child in zip(own.type, own.flatten(), strict=True) if field.name != "is"}
    return pa.record_batch({"customer": batch.column("customer"), "at": batch.column("at"), **fields})


def _flatten(table: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - a pyarrow.Table
    own = table[name].combine_chunks()
    return {field.name: child for field, child in zip(own.type, own.flatten(), strict=True)}


def _told(made: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it makes
    """What is made, or why it is refused, in words that get through to whoever asked for it."""
    try:
        return made()
    except FactsError as error:
        raise RefusedError(error) from None


def _batches(table: Any, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow's
    """A table in the columns and types of a schema; a column that it does not have is null."""
    for start in range(0, table.num_rows, SOME):
        part = table.slice(start, SOME)
        columns = [
            part[field.name].cast(field.type)
            if field.name in table.column_names
            else pa.nulls(part.num_rows, field.type)
            for field in schema
        ]
        yield from pa.table(columns, schema=schema).combine_chunks().to_batches()


def nothing(schema: Any) -> Any:  # noqa: ANN401 - pyarrow's
    """A table without rows, but with a batch: whoever reads it sees its columns."""
    return pa.Table.from_batches([pa.RecordBatch.from_pylist([], schema=schema)])


def plain(schema: Any) -> Any:  # noqa: ANN401 - pyarrow's
    """A schema without the types that only Arrow has: dictionaries, and texts with large offsets."""

    def kind(own: Any) -> Any:  # noqa: ANN401 - a pyarrow.DataType
        words = pa.types.is_dictionary(own) or pa.types.is_large_string(own)
        return pa.string() if words else own

    return pa.schema([pa.field(field.name, kind(field.type)) for field in schema])


_NOTHING = pa.scalar(Decimal(), pa.decimal128(1, 0))
_AT = pa.timestamp("us", "UTC")
NO_TOUCHES = nothing(pa.schema({"at": _AT, "customer": pa.int64()}))
NO_ORDERS = nothing(pa.schema({"id": pa.int64(), "at": _AT, "customer": pa.int64()}))
