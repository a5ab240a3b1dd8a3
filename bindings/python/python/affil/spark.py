"""Sheets of tables that are too large for one machine, on Spark: the same cents, for any number of partitions.

It must never know a rule of a program: the engine settles each part, and this only decides which rows meet where.
"""

from __future__ import annotations

import argparse
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import (
    ArrayType,
    ByteType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructType,
    TimestampType,
)

from affil import _parts
from affil._errors import FactsError, problems_of
from affil._parts import LINE, MARK, ORDER, TOUCH, Terms
from affil._sheet import Columns

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from pyspark.sql import Column
    from pyspark.sql.types import DataType

    from affil._facts import ArrowArray, ArrowStream
    from affil._plan import Plan


@dataclass(frozen=True)
class SparkSheet:
    """A sheet on Spark: the same rows and types as `Sheet`, in no particular order.

    Spark keeps both tables (in memory, and on disk what does not fit there) until `close`, or the end of a
    `with` block.
    """

    lines: DataFrame
    """The lines: `order, line, affiliate, month, sale, commission, reversed`."""
    statements: DataFrame
    """Sums by affiliate and month, and the highest `step` reached on a ladder."""
    currency: str
    """The currency of all amounts."""
    _kept: DataFrame

    def close(self) -> None:
        """Let Spark forget the rows. What is read from the tables later is computed again."""
        self._kept.unpersist()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sheet(
    plan: Plan,
    *,
    affiliates: DataFrame | ArrowStream | ArrowArray,
    touches: DataFrame,
    orders: DataFrame,
    lines: DataFrame,
    refunds: DataFrame | None = None,
    quotes: DataFrame | ArrowStream | ArrowArray | None = None,
    partitions: int | None = None,
) -> SparkSheet:
    """Settle tables of Spark: what `Plan.sheet` makes of the same tables, to the last byte.

    The columns are those of `affil.Columns`, instants are of the type `timestamp`, and lines need an `id`: rows of
    Spark stand in no order, so the ids say in which sequence the lines of an order stand (whole numbers by their value,
    then other texts byte by byte). `affiliates` and `quotes` go to every executor as a whole; they may be frames of any
    library.

    It computes when called, and keeps what it made. `partitions` says in how many parts each of the two passes is done:
    the more, the less memory one of them needs, and nothing else depends on it. Left out, it is what
    `spark.sql.shuffle.partitions` says.

    Raises `FactsError` with the problems of a part that has any (rows are then counted within that part), with
    `columns.malformed` if an order stands twice, and with `columns.obstacle` if something of the plan looks further
    than one customer, and then one affiliate.

    >>> from datetime import datetime
    >>> from decimal import Decimal
    >>> import affil, affil.spark
    >>> from pyspark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
    ... })
    >>> day = [datetime.fromisoformat(f"2026-03-{day}T10:00:00Z") for day in ("09", "10")]
    >>> with affil.spark.sheet(
    ...     plan,
    ...     affiliates=spark.createDataFrame([("ana",)], "id string"),
    ...     touches=spark.createDataFrame([(day[0], 17, "ana")], "at timestamp, customer long, affiliate string"),
    ...     orders=spark.createDataFrame([(501, day[1], 17)], "id long, at timestamp, customer long"),
    ...     lines=spark.createDataFrame(
    ...         [(501, 1, Decimal("800.00"))], "order long, id long, amount decimal(18,2)"
    ...     ),
    ... ) as sheet:
    ...     [row["commission"] for row in sheet.lines.collect()]
    [Decimal('80.00')]
    """
    given = _Given(touches, orders, lines, refunds)
    terms = Terms(plan.to_json(), _written(affiliates), None if quotes is None else _written(quotes))
    given.check(plan, terms)
    counted = Observation()
    items = given.items().observe(counted, sql.count_if(~sql.col("refund")).alias("lines"))
    joined = given.credits(terms, partitions).join(items, "order", "full")
    whose = sql.coalesce(*(sql.col(name).cast(given.whose) for name in ("affiliate", "order")))
    schema = given.sheet(plan, terms)
    arrow = _arrow(schema)

    def settle(batches: Iterable[Any]) -> Iterator[Any]:
        return _parts.sheet_of(batches, terms, arrow)

    made = _split(joined, whose, partitions).mapInArrow(settle, schema).persist(StorageLevel.MEMORY_AND_DISK)
    kept = SparkSheet(
        lines=made.where("statement is null").drop("statement"),
        statements=made.where("statement is not null").select(sql.col("statement")[0].alias("own")).select("own.*"),
        currency=plan.currency,
        _kept=made,
    )
    return _computed(kept, counted, given)


def _computed(kept: SparkSheet, counted: Observation, given: _Given) -> SparkSheet:
    """A sheet that is there; if its lines are not as many as were given, an order stood twice."""
    try:
        if _refusals(kept.lines.count) != _observed(counted, "lines"):
            given.refuse_twins()
    except BaseException:
        kept.close()
        raise
    return kept


def pack(path: str | os.PathLike[str]) -> None:
    """Write the installed affil as an archive for executors that do not have it.

    `python -m affil.spark pack affil.zip` does it too. Sessions ship it with `spark.archives = affil.zip#affil_lib`
    and have it found with `spark.executorEnv.PYTHONPATH = affil_lib`. It holds a compiled module, so it is for machines
    of this kind; for others a wheel for them is such an archive already, renamed to end in `.zip`.

    >>> import affil.spark, tempfile, zipfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     affil.spark.pack(f"{folder}/affil.zip")
    ...     "affil/spark.py" in zipfile.ZipFile(f"{folder}/affil.zip").namelist()
    True
    """
    package = Path(__file__).parent
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, Path("affil") / file.relative_to(package))


@dataclass(frozen=True)
class _Given:
    """The tables, and in which columns and types their rows meet."""

    touches: DataFrame
    orders: DataFrame
    lines: DataFrame
    refunds: DataFrame | None

    def columns(self, terms: Terms) -> Columns:
        """No rows of these tables; columns that are unknown or missing are refused."""
        tables = {"touches": self.touches, "orders": self.orders, "lines": self.lines, "refunds": self.refunds}
        given = {name: _arrow(table.schema) for name, table in tables.items() if table is not None}
        return Columns(**{name: _parts.nothing(schema) for name, schema in given.items()}, **terms.tables)

    def check(self, plan: Plan, terms: Terms) -> None:
        """Refuse tables that cannot be read, and plans that look too far, before any row is read."""
        columns = self.columns(terms)
        problems: list[tuple[str, str, str, str]] = []
        if "id" not in self.lines.columns:
            hint = "rows of Spark stand in no order: the ids say in which sequence the lines of an order stand"
            problems.append(("table.column_missing", "/lines", "no column `id`", hint))
        for name, table in (("touches", self.touches), ("orders", self.orders), ("refunds", self.refunds)):
            if table is not None and not isinstance(table.schema["at"].dataType, TimestampType):
                hint = "cast it to `timestamp`, which is an instant: then nobody has to guess the zone"
                found = table.schema["at"].dataType.simpleString()
                problems.append(("table.column_type", f"/{name}/at", f"`at` is {found}, not timestamp", hint))
        obstacles = plan.obstacles(columns)
        if self.refunds is not None:
            back = [found for found in plan.obstacles(_refunded(terms)) if found not in obstacles]
            obstacles += back if back and not self.refunds.isEmpty() else []
        hint = "settle on one machine with `Plan.sheet`, which knows every program"
        for path, what in obstacles:
            problems.append(("columns.obstacle", path, f"settling in parts does not know {what}", hint))
        if problems:
            raise _error(problems)
        # Some things only attributing finds, such as too many different windows.
        plan.credits(columns)

    @property
    def order(self) -> DataType:
        """The type in which the ids of orders meet: numbers if all are."""
        ids = [(self.orders, "id"), (self.lines, "order"), *([] if self.refunds is None else [(self.refunds, "order")])]
        return _id(*ids)

    @property
    def whose(self) -> DataType:
        """The type in which affiliates, or orders of nobody, are told apart."""
        own = "affiliate" in self.touches.columns and not isinstance(_id((self.touches, "affiliate")), LongType)
        return StringType() if own else self.order

    def credits(self, terms: Terms, partitions: int | None) -> DataFrame:
        """Who wins each order, found customer by customer."""
        customer = sql.col("customer").cast(_id((self.touches, "customer"), (self.orders, "customer")))
        touch = sql.struct(*_named(self.touches, TOUCH), sql.lit(col=True).alias("is"))
        own = _named(self.orders, [*ORDER[1:], "new_customer"])
        order = sql.struct(sql.col("id").cast(self.order).alias("id"), *own)
        of_touches = self.touches.select(customer, "at", touch.alias("touch"))
        of_orders = self.orders.select(customer, "at", order.alias("order"))
        both = of_touches.unionByName(of_orders, allowMissingColumns=True)
        schema = StructType().add("order", self.order)
        for name in (name for name in TOUCH if name in self.touches.columns):
            schema.add(name, _id((self.touches, name)))
        schema.add("new_customer", "boolean").add("touched", "timestamp")
        for name in (name for name in ORDER if name in self.orders.columns):
            schema.add(name, self.orders.schema[name].dataType)
        arrow = _arrow(schema)

        def credited(batches: Iterable[Any]) -> Iterator[Any]:
            return _parts.credits_of(batches, terms, arrow)

        return _split(both, sql.col("customer"), partitions).mapInArrow(credited, schema)

    def items(self) -> DataFrame:
        """Lines and refunds as one table."""
        order, refund = sql.col("order").cast(self.order).alias("order"), sql.lit(col=False).alias("refund")
        kinds = [(self.lines, "id"), *([] if self.refunds is None else [(self.refunds, "line")])]
        line = _id(*kinds)
        own = _named(self.lines, LINE)
        items = self.lines.select(order, sql.col("id").cast(line).alias("line"), refund, *own)
        if self.refunds is None:
            return items
        back = sql.struct("at", "amount").alias("back")
        refund = sql.lit(col=True).alias("refund")
        refunds = self.refunds.select(order, sql.col("line").cast(line).alias("line"), refund, back)
        return items.unionByName(refunds, allowMissingColumns=True)

    def sheet(self, plan: Plan, terms: Terms) -> StructType:
        """The columns that come out: those of lines, and of statements in one."""
        made = plan.sheet(self.columns(terms), threads=1)
        lines, statements = (_parts.plain(pa.table(table).schema) for table in (made.lines, made.statements))
        schema = StructType().add("order", _id((self.orders, "id"))).add("line", _id((self.lines, "id")))
        for field in from_arrow_schema(lines).fields[2:]:
            schema.add(field.name, field.dataType)
        return schema.add("statement", ArrayType(from_arrow_schema(statements)))

    def refuse_twins(self) -> None:
        """Refuse orders that stand twice: their lines would be paid twice."""
        twice = self.orders.groupBy("id").count().where("count > 1").orderBy("id").limit(10).collect()
        hint = "an order has one row, and one customer"
        if twice:
            raise _error([("columns.malformed", "/orders/id", f"`{row['id']}` stands twice", hint) for row in twice])


def _arrow(schema: StructType) -> Any:  # noqa: ANN401 - a pyarrow.Schema
    return to_arrow_schema(schema, timezone="UTC")


def _split(table: DataFrame, key: Column, partitions: int | None) -> DataFrame:
    return table.repartition(key) if partitions is None else table.repartition(partitions, key)


def _named(table: DataFrame, names: list[str]) -> list[Column]:
    return [sql.col(name) for name in names if name in table.columns]


def _id(*columns: tuple[DataFrame, str]) -> DataType:
    """The type of ids that stand in these columns: numbers if all are; a number is the id that its digits spell."""
    kinds = [table.schema[name].dataType for table, name in columns]
    return (
        LongType()
        if all(isinstance(kind, ByteType | ShortType | IntegerType | LongType) for kind in kinds)
        else StringType()
    )


def _written(table: DataFrame | ArrowStream | ArrowArray) -> bytes:
    return _parts.written(table.toArrow() if isinstance(table, DataFrame) else pa.table(table))


def _refunded(terms: Terms) -> Columns:
    """Columns with a refund, which stands in the way of some plans."""
    at, one, amount = pa.array([0], pa.timestamp("us", "UTC")), pa.array([1]), pa.array(["1"])
    return Columns(
        touches=_parts.NO_TOUCHES,
        orders=pa.table({"id": one, "at": at, "customer": one}),
        lines=pa.table({"order": one, "amount": amount}),
        refunds=pa.table({"at": at, "order": one, "line": one, "amount": amount}),
        **terms.tables,
    )


def _error(problems: list[tuple[str, str, str, str]]) -> FactsError:
    found = [
        {"code": code, "severity": "error", "path": path, "message": message, "hint": hint}
        for code, path, message, hint in problems
    ]
    return _raised(json.dumps({"problems": found}))


def _raised(problems: str) -> FactsError:
    return FactsError(problems, "\n".join(str(problem) for problem in problems_of(problems)))


def _refusals(action: Callable[[], int]) -> int:
    """What an action answers; what the engine refused in another process is raised as if it had been here."""
    try:
        return action()
    except PySparkException as error:
        told = re.search(rf"{re.escape(MARK)}(\{{.*\}})$", str(error), re.MULTILINE)
        if told is None:
            raise
        raise _raised(told[1]) from error


def _observed(observation: Observation, name: str) -> int | None:
    """What was counted on the way; nothing if Spark sent no row that way, as where there are none."""
    try:
        count: int = observation.get[name]
    except Py4JJavaError:
        return None
    return count


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m affil.spark", description=__doc__)
    commands = parser.add_subparsers(required=True)
    packing = commands.add_parser("pack", help="write affil as an archive for executors that do not have it")
    packing.add_argument("path", type=Path)
    pack(parser.parse_args().path)


if __name__ == "__main__":
    _main()
