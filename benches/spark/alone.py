"""The month close by affil in one process, from Parquet to Parquet: what Spark is worth it for, and what not.

It must never know a rule of the program.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sheet
from closed import arrow
from contestant import Clock, report, threads
from months import columns

import affil


def main() -> None:
    """Measure it like those on Spark, which need no start of a process either."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory(dir=data) as folder:
        clock = Clock()
        plan = affil.Plan.load(data / "program.toml")
        made = plan.sheet(columns({name: data / f"{name}.parquet" for name in sheet.TABLES}), threads=threads())
        for name, table in (("a", made.lines), ("b", made.statements)):
            pq.write_table(pa.table(table), Path(folder) / f"{name}.parquet", compression="snappy")
        clock.stop()
        a, b = (arrow(pq.read_table(Path(folder) / f"{name}.parquet")) for name in "ab")
    a = a.sort_by([("order_id", "ascending"), ("line_no", "ascending")])
    b = b.sort_by([("affiliate_id", "ascending"), ("month", "ascending")])
    report("spark", "affil, no Spark", clock, sheet.check(a, b))


if __name__ == "__main__":
    main()
