"""The month close by a program in Rust that embeds affil: from Parquet to Parquet, without Python.

It must never know a rule of the program.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
import sheet
from contestant import Clock, report


def main() -> None:
    """Measure the program from its start to its end; its results are read afterwards."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mode", choices=["file"], default="file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.data) as folder:
        clock = Clock()
        begun = time.perf_counter()
        subprocess.run([given.program, given.data, folder], check=True)
        clock.seconds = time.perf_counter() - begun
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        clock.peak = most >> (20 if sys.platform == "darwin" else 10)
        a, b = (pq.read_table(Path(folder) / f"{name}.parquet") for name in "ab")
    report("month-close", "affil in Rust", clock, sheet.check(a, b))


if __name__ == "__main__":
    main()
