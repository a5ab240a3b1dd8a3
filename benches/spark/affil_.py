"""The month close by affil on Spark.

It must never know a rule of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import job
import pyarrow.parquet as pq
from closed import arrow, small

import affil
import affil.spark

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def close(spark: Any, data: Path, out: Path) -> None:  # noqa: ANN401 - pyspark has no types here
    """From Parquet to Parquet."""

    def table(name: str, *columns: str) -> Any:  # noqa: ANN401
        return spark.read.parquet(str(data / f"{name}.parquet")).selectExpr(*columns)

    refunds = table("refunds", "ts at", "order_id `order`", "line_no line", "amount")
    with affil.spark.sheet(
        affil.Plan.load(data / "program.toml"),
        touches=table("touches", "ts at", "customer_id customer", "affiliate_id affiliate", "channel"),
        orders=table("orders", "order_id id", "ts at", "customer_id customer", "currency", "status = 0 counts"),
        lines=table("lines", "order_id `order`", "line_no id", "unit_price price", "qty quantity", "category"),
        refunds=refunds.where("at < timestamp'2025-04-01 04:00:00Z'"),
        **small(data),
    ) as made:
        made.lines.write.parquet(str(out / "a"))
        made.statements.write.parquet(str(out / "b"))


def closed(out: Path) -> tuple[pa.Table, pa.Table]:
    """What was written, under the names of the work."""
    return arrow(pq.read_table(out / "a")), arrow(pq.read_table(out / "b"))


if __name__ == "__main__":
    job.main("affil", close, closed)
