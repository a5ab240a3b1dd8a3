"""A session of Spark, and how the month close is measured on it.

It must never know how a commission is computed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sheet
from contestant import Clock, report, threads
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

SMALLEST = "tiny"


def session() -> Any:  # noqa: ANN401 - pyspark has no types here
    """A session on as many threads as contestants may use; the same for all of them."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(4 * threads()),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    made = SparkSession.builder.master(f"local[{threads()}]").config(map=settings).getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def peak() -> int:
    """The most memory that this process, Spark's and their own held at once, in MiB: the sum of their peaks."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
        if int(status.parent.name) in _family():
            total += int(fields.get("VmHWM", "0 kB").split()[0])
    return total // 1024


def _family() -> set[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        parents[int(path.parent.name)] = int(path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
    found = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def main(
    contestant: str,
    close: Callable[[Any, Path, Path], None],
    arrow: Callable[[Path], tuple[pa.Table, pa.Table]],
) -> None:
    """Measure one contestant: `close` goes from Parquet in one folder to Parquet in another, where `arrow` reads it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    spark = session()
    with tempfile.TemporaryDirectory(dir=data) as folder:
        out = Path(folder)
        # Where there is no smaller data, the first run is for nothing but the second one.
        small = data.parent / SMALLEST
        close(spark, small if (small / "touches.parquet").is_file() else data, out / "warm")
        clock = Clock()
        close(spark, data, out / "out")
        clock.stop()
        clock.peak = peak()
        a, b = arrow(out / "out")
    spark.stop()
    a = a.sort_by([("order_id", "ascending"), ("line_no", "ascending")])
    b = b.sort_by([("affiliate_id", "ascending"), ("month", "ascending")])
    report("spark", contestant, clock, sheet.check(a, b))
