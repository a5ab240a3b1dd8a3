"""Counts what affil's kernels execute, with callgrind: a figure without noise, to see whether a change made it more.

It must never know how long anything takes: instructions are not seconds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import run

PARTS = {
    "reading Parquet": r"decompress|parquet::.*(reader|decod|unpack|BitReader|RleDecoder)|Reading::give",
    "writing Parquet": r"::compress|parquet::.*(writer|encod|interner|min_max)|affil_bench_month_close",
    "columns from Arrow": r"affil_arrow::",
    "who wins each order": r"affil::columns::(last|first|contest|sieve|order)",
    "what was sold": r"affil::columns::(run::sold|sale|key|table|ids)",
    "ladders and prices": r"affil::columns::(price|due|total|pay)|affil::columns::.*Ladders",
    "caps": r"affil::columns::cap",
    "refunds": r"affil::columns::refund",
    "the sheet": r"affil::columns::(run::sheet|sheet)",
    "the stages, asked once a kind of line": r"affil::",
    "memory: copies, clearing, allocation": r"mem(cpy|move|set)|[mc]alloc|free|alloc::|__rust|hashbrown|core::",
}
LINE = re.compile(r"^\s*([\d,]+) \([^)]*\)\s+(\S.*)$")


def counted(program: Path, data: Path) -> dict[str, int]:
    """Instructions by part; what no part names is the rest."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        out = Path(folder) / "callgrind"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", str(program), str(data), folder]
        surroundings = {**os.environ, "BENCH_THREADS": "1"}
        subprocess.run(command, check=True, capture_output=True, env=surroundings)
        told = subprocess.run(
            ["callgrind_annotate", "--threshold=100", str(out)], check=True, capture_output=True, text=True
        ).stdout
    found = dict.fromkeys([*PARTS, "the rest"], 0)
    for line in told.splitlines():
        matched = LINE.match(line)
        if matched is None or "PROGRAM TOTALS" in line:
            continue
        name = matched[2]
        part = next((part for part, names in PARTS.items() if re.search(names, name)), "the rest")
        found[part] += int(matched[1].replace(",", ""))
    return found


def table(found: dict[str, int], size: str, orders: int) -> list[str]:
    """The counts as a table of the page."""
    total = sum(found.values())
    rows = [
        f"| {part} | {count / 1e6:,.1f} | {count / orders:,.0f} | {100 * count / total:.1f} |"
        for part, count in found.items()
    ]
    head = ["| part | million instructions | an order | % |", "| --- | ---: | ---: | ---: |"]
    last = f"| **all** | **{total / 1e6:,.1f}** | **{total / orders:,.0f}** | |"
    about = f"Month close from Parquet to Parquet by a program in Rust, size {size}, one thread; counted by callgrind."
    return ["", about, "", *head, *rows, last, "", "`cargo xtask bench --instructions`", ""]


def main() -> None:
    """Count, print, and with `--write` put the table into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--size", choices=["tiny", "S"], default="S")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit("valgrind is missing: apt-get install valgrind")
    run.prepare(run.works()["month-close"], given.size)
    data = Path(run.fill(["{data}"], given.size, "")[0])
    orders = {"tiny": 2_000, "S": 100_000}[given.size]
    lines = table(counted(given.program, data), given.size, orders)
    print("\n".join(lines))
    if given.write:
        run.write("instructions", lines)


if __name__ == "__main__":
    main()
