"""What a session on a cluster does, as a process of its own: settles in parts, with affil shipped as an archive.

Prints one line of JSON: whether it is what one machine makes, and where the executors found affil.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import spark_data
import test_spark
from pyspark.sql import SparkSession

import affil
import affil.spark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def where(_: Iterable[Any]) -> Iterator[Any]:
    import affil  # noqa: PLC0415 - as the executor finds it

    yield pa.record_batch({"affil": [affil.__file__], "executor": [str(Path.cwd())]})


def main(master: str, archive: str) -> None:
    affil.spark.pack(archive)
    settings = {
        "spark.archives": f"{archive}#affil_lib",
        "spark.executorEnv.PYTHONPATH": "affil_lib",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
    }
    session = SparkSession.builder.master(master).config(map=settings).getOrCreate()
    while len(session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) < 3:
        # The driver counts as one.
        session.range(8).repartition(4).count()
    plan, given = affil.Plan.parse(spark_data.LAST), spark_data.tables(5, 300, text=True)
    with affil.spark.sheet(plan, **test_spark.frames(session, given), partitions=4) as made:
        equal = test_spark.settled(made) == test_spark.alone(plan, given)
    found = session.range(0, 64, 1, 8).mapInArrow(where, "affil string, executor string").distinct().toArrow()
    print(json.dumps({"equal": equal, "found": found.to_pylist()}))  # noqa: T201 - for the test


if __name__ == "__main__":
    main(*sys.argv[1:])
