"""Sheets on Spark: what one machine makes of the same tables, in however many parts."""

from __future__ import annotations

import doctest
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import spark_data
from sample import PROGRAM

import affil

if TYPE_CHECKING:
    from collections.abc import Iterator

# Spark and Java are 500 MB: the step `spark` of `cargo xtask test` has them in an environment of its own.
pyspark = pytest.importorskip(
    "pyspark", reason="pyspark is not installed here; `cargo xtask test --only spark` runs it"
)
pytestmark = pytest.mark.filterwarnings("default")

Said = tuple[pa.Table, pa.Table]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it is installed

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        # Nothing may depend on the zone of a session.
        "spark.sql.session.timeZone": "Asia/Tokyo",
        "spark.sql.shuffle.partitions": "3",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def frames(session: Any, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Tables as Spark's, but for the small ones, one of which comes from elsewhere."""
    return {
        name: table if name == "quotes" else session.createDataFrame(table).repartition(3)
        for name, table in tables.items()
    }


def settled(sheet: Any) -> Said:
    return _sorted(sheet.lines.toArrow()), _sorted(sheet.statements.toArrow())


def alone(plan: affil.Plan, tables: dict[str, pa.Table]) -> Said:
    sheet = plan.sheet(affil.Columns(**tables), threads=2)
    return _sorted(pa.table(sheet.lines)), _sorted(pa.table(sheet.statements))


def _sorted(table: pa.Table) -> pa.Table:
    """Rows in one order, words as plain strings, and every other type as it is."""
    kinds = [
        (field.name, pa.string() if pa.types.is_dictionary(field.type) or "string" in str(field.type) else field.type)
        for field in table.schema
    ]
    keys = [(name, "ascending") for name in table.column_names[:2]]
    return pa.table(table.cast(pa.schema(kinds)).columns, names=table.column_names).sort_by(keys).combine_chunks()


@pytest.fixture(scope="module", params=["numbers", "text"])
def given(request: Any) -> dict[str, pa.Table]:
    return spark_data.tables(7, 700, text=request.param == "text")


def test_the_data_has_the_edges(given: dict[str, pa.Table]) -> None:
    lines, statements = alone(affil.Plan.parse(spark_data.LAST), given)
    whose = lines["affiliate"].to_pylist()
    orders = {order: who for order, who in zip(lines["order"].to_pylist(), whose, strict=True) if who is not None}
    greatest = sum(who in {"0", "a0"} for who in orders.values())
    assert 0.2 < greatest / len(orders) < 0.5
    assert whose.count(None) > 100
    assert any(who in {"65", "a65"} for who in whose)
    assert {0, 1, 2} == set(statements["step"].to_pylist())
    assert sum(lines["reversed"].to_pylist()) > 500
    assert max(statements["commission"].to_pylist()) == 400
    touches = given["touches"].group_by(["at", "customer"]).aggregate([("affiliate", "count_distinct")])
    assert max(touches["affiliate_count_distinct"].to_pylist()) > 1


@pytest.mark.parametrize(
    ("program", "partitions"), [("LAST", 1), ("LAST", 2), ("FIRST", 7), ("LAST", 16), ("FIRST", None)]
)
def test_it_is_what_one_machine_makes(
    session: Any, given: dict[str, pa.Table], program: str, partitions: int | None
) -> None:
    from affil import spark  # noqa: PLC0415 - only where Spark is installed

    plan = affil.Plan.parse(getattr(spark_data, program))
    expected = alone(plan, given)
    with spark.sheet(plan, **frames(session, given), partitions=partitions) as made:
        assert made.currency == "EUR"
        found = settled(made)
    assert found[0].schema == expected[0].schema
    assert found[1].schema == expected[1].schema
    assert found[0].num_rows > 1000
    assert found[1].num_rows > 100
    assert found == expected


def test_it_may_run_again(session: Any, given: dict[str, pa.Table]) -> None:
    from affil import spark  # noqa: PLC0415

    plan = affil.Plan.parse(spark_data.LAST)
    made = spark.sheet(plan, **frames(session, given), partitions=3)
    first = settled(made)
    made.close()
    # Nothing is kept any more: all of it is computed once more.
    assert settled(made) == first


def refused(session: Any, program: str, partitions: int = 2, **changes: Any) -> list[tuple[str, str]]:
    from affil import spark  # noqa: PLC0415

    tables = frames(session, spark_data.tables(3, 20, text=False)) | changes
    with pytest.raises(affil.FactsError) as caught:
        spark.sheet(affil.Plan.parse(program), **tables, partitions=partitions)
    assert all(problem.hint for problem in caught.value.problems)
    return [(problem.code, re.sub(r"/\d+", "/*", problem.path)) for problem in caught.value.problems]


def test_plans_that_look_further_are_refused(session: Any) -> None:
    linear = spark_data.FIRST.replace('model = "first"', 'model = "linear"')
    assert ("columns.obstacle", "/attribution/model") in refused(session, linear)
    everyone = spark_data.LAST.replace('per = "affiliate"', 'per = "rule"')
    assert ("columns.obstacle", "/caps/*/per") in refused(session, everyone)
    # What only refunds make an obstacle is none without them.
    late = PROGRAM.replace("[[rules]]", 'unknown_affiliates = "accept"\nrefunds.within = "30d"\n[[rules]]', 1)
    assert refused(session, late) == [("columns.obstacle", "/refunds/within")]


def test_bad_tables_are_refused(session: Any) -> None:
    from pyspark.sql import functions as sql  # noqa: PLC0415

    tables = frames(session, spark_data.tables(3, 20, text=False))
    orders, lines, refunds, touches = (tables[name] for name in ("orders", "lines", "refunds", "touches"))
    last = spark_data.LAST
    assert refused(session, last, lines=lines.drop("id")) == [("table.column_missing", "/lines")]
    assert refused(session, last, lines=lines.withColumn("tax", sql.lit("1"))) == [
        ("table.column_unknown", "/lines/tax")
    ]
    assert refused(session, last, touches=touches.withColumn("at", sql.col("at").cast("string"))) == [
        ("table.column_type", "/touches/at")
    ]
    # In the executors, and told here.
    first = lines.orderBy("order").first()["order"]
    without = {"lines": lines.where(f"order <> {first}"), "refunds": refunds.where(f"order <> {first}")}
    assert refused(session, last, **without) == [("columns.malformed", "/lines/order")]
    assert ("order.unknown", "/lines/*/order") in refused(session, last, orders=orders.where(f"id <> {first}"))
    assert ("line.unknown", "/refunds/*/line") in refused(
        session, last, refunds=refunds.withColumn("line", sql.lit(99))
    )
    assert refused(session, last.replace('"accept"', '"refuse"'))[0][0] == "affiliate.unknown"


def test_an_order_of_two_customers_is_refused(session: Any) -> None:
    from pyspark.sql import functions as sql  # noqa: PLC0415

    orders = frames(session, spark_data.tables(3, 20, text=False))["orders"]
    twins = orders.union(orders.withColumn("customer", sql.col("customer") + 1_000_000).limit(1))
    assert refused(session, spark_data.LAST, 16, orders=twins)[0] in [
        ("columns.malformed", "/orders/id"),
        ("columns.malformed", "/lines/id"),
    ]


def test_tables_may_be_empty(session: Any) -> None:
    from affil import spark  # noqa: PLC0415

    tables = spark_data.tables(3, 20, text=False)
    empty = {name: table if name in {"affiliates", "quotes"} else table.slice(0, 0) for name, table in tables.items()}
    plan = affil.Plan.parse(spark_data.LAST)
    given = {
        name: session.createDataFrame([], _schema(table))
        for name, table in empty.items()
        if name not in {"affiliates", "quotes"}
    }
    small = {name: tables[name] for name in ("affiliates", "quotes")}
    with spark.sheet(plan, **given, **small) as made:
        assert (made.lines.count(), made.statements.count()) == (0, 0)
        assert "decimal(18,2)" in made.lines.schema["commission"].simpleString()
    given = frames(session, {name: tables[name] for name in ("orders", "lines")}) | {"touches": given["touches"]}
    with spark.sheet(plan, **given, **small) as made:
        assert made.lines.where("affiliate is null and commission = 0").count() == tables["lines"].num_rows


def _schema(table: pa.Table) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

    return from_arrow_schema(table.schema)


@pytest.mark.usefixtures("session")
def test_examples_in_docstrings_run() -> None:
    from affil import spark  # noqa: PLC0415

    found = doctest.testmod(spark)
    assert found.failed == 0
    assert found.attempted > 8


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """A cluster of two workers, each with one core, on the loopback."""
    starter = Path(pyspark.__file__).parent / "bin" / "spark-class"
    surroundings = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"spark://127.0.0.1:{port}"
    own = "org.apache.spark.deploy"
    at = ["--host", "127.0.0.1", "--webui-port", "0"]
    commands = [[f"{own}.master.Master", *at, "--port", str(port)]]
    for number in range(2):
        folder = ["--work-dir", str(tmp_path / f"worker{number}")]
        commands.append([f"{own}.worker.Worker", *at, "--cores", "1", "--memory", "700m", *folder, url])
    log = (tmp_path / "log").open("wb")
    running = [subprocess.Popen([starter, *one], env=surroundings, stdout=log, stderr=log) for one in commands]  # noqa: S603
    try:
        yield url
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()


def test_a_cluster_of_its_own(master: str, tmp_path: Path) -> None:
    here = Path(__file__).parent
    surroundings = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    surroundings["PYTHONPATH"] = str(here)
    command = [sys.executable, str(here / "spark_cluster.py"), master, str(tmp_path / "affil.zip")]
    ended = subprocess.run(  # noqa: S603
        command, env=surroundings, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    said = json.loads(ended.stdout.splitlines()[-1])
    assert said["equal"]
    found = said["found"]
    # Not the one that is installed, but the one that was shipped, on both workers.
    assert all("/affil_lib/affil/" in one["affil"] for one in found), found
    assert len({one["executor"] for one in found}) == 2, found
