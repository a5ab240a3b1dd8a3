"""Runs the contestants of each work, round by round, and compares what they say and how long they took.

It must never know what a work computes: a contestant is a command that prints one line of JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs" / "benchmarks.md"
ERRORS = 4
"""How many standard errors two statistical results may lie apart."""


class Failure(Exception):  # noqa: N818 - it is the outcome of a race, not a bug
    """The run does not count, and why."""


@dataclass(frozen=True)
class Contestant:
    """A command that does the work in one way."""

    name: str
    command: list[str]
    sizes: list[str]
    modes: list[str]


@dataclass(frozen=True)
class Work:
    """What is to be done, from a `work.toml`."""

    name: str
    folder: Path
    title: str
    measured: str
    sizes: list[str]
    default: str
    generate: list[str]
    sources: list[str]
    modes: dict[str, str]
    apart: bool
    contestants: list[Contestant]


@dataclass
class Result:
    """What a contestant said, in all rounds."""

    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    check: dict[str, str] | None = None
    close: dict[str, tuple[float, float]] | None = None
    notes: str = ""
    rates: dict[str, list[float]] = field(default_factory=dict)


def read_work(folder: Path) -> Work:
    """The work that a folder describes."""
    found: dict[str, Any] = tomllib.loads((folder / "work.toml").read_text(encoding="utf-8"))
    sizes = found["sizes"]
    modes = found.get("modes", {})
    contestants = [
        Contestant(one["name"], one["command"], one.get("sizes", sizes), one.get("modes", list(modes)))
        for one in found["contestants"]
    ]
    return Work(
        name=folder.name.replace("_", "-"),
        folder=folder,
        title=found["title"],
        measured=found["measured"],
        sizes=sizes,
        default=found.get("default", sizes[0]),
        generate=found.get("generate", []),
        sources=found.get("sources", []),
        modes=modes,
        apart=found.get("apart", False),
        contestants=contestants,
    )


def works() -> dict[str, Work]:
    """All works, by name."""
    found = [read_work(path.parent) for path in sorted(HERE.glob("*/work.toml"))]
    return {work.name: work for work in found}


def fill(command: list[str], size: str, mode: str) -> list[str]:
    """A command with its placeholders filled in."""
    values = {
        "python": sys.executable,
        "node": "node",
        "target": os.environ.get("CARGO_TARGET_DIR") or str(ROOT / "target"),
        "benches": str(HERE),
        "data": str(HERE / ".data" / size),
        "size": size,
        "mode": mode,
    }
    return [word.format_map(values) for word in command]


def environment(threads: int) -> dict[str, str]:
    """What a contestant finds in its environment: how many threads it may use, by every library's name for that."""
    names = ["BENCH_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"]
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **dict.fromkeys(names, str(threads)), "PYTHONPATH": path}


def prepare(work: Work, size: str) -> None:
    """Make the data of a size, unless it was made by the same scripts before."""
    if not work.generate:
        return
    sources = [Path(word) for word in fill(work.sources, size, "")]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = HERE / ".data" / size / f"{sources[0].parent.name}.made"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say(f"{work.name}: making the data of size {size}")
    subprocess.run(fill(work.generate, size, ""), cwd=work.folder, check=True, env=environment(2))
    stamp.write_text(wanted, encoding="utf-8")


def say(line: str) -> None:
    """A line about the progress."""
    print(line, file=sys.stderr, flush=True)


def start(work: Work, contestant: Contestant, size: str, mode: str, threads: int) -> dict[str, Any]:
    """One contestant, once: the line it prints."""
    command = fill(contestant.command, size, mode)
    surroundings = {**environment(threads), "BENCH_STARTED": repr(time.time())}
    try:
        ended = subprocess.run(command, cwd=work.folder, env=surroundings, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Failure(f"{contestant.name} cannot be started: {error}") from error
    if ended.returncode:
        raise Failure(f"{contestant.name} ended with {ended.returncode}: {ended.stderr.strip()[-2000:]}")
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if len(lines) != 1:
        raise Failure(f"{contestant.name} printed {len(lines)} lines of JSON, not one: {shlex.join(command)}")
    said: dict[str, Any] = json.loads(lines[0])
    return said


def note(result: Result, said: dict[str, Any], name: str) -> None:
    """Add one round to a result; a contestant that disagrees with itself is out."""
    check = said["check"]
    if check is not None:
        check = {key: str(value) for key, value in check.items()}
    if result.seconds and check != result.check:
        raise Failure(f"{name} says two things in two rounds")
    result.seconds.append(float(said["seconds"]))
    result.peaks.append(int(said["peak_mib"]))
    result.check = check
    result.notes = said.get("notes", "")
    close = said.get("close")
    result.close = None if close is None else {key: (float(x[0]), float(x[1])) for key, x in close.items()}
    for label, rate in said.get("rates", {}).items():
        result.rates.setdefault(label, []).append(float(rate))


def compare(results: dict[str, Result]) -> None:
    """All must agree: exactly, or within the errors that they state."""
    exact = {name: result.check for name, result in results.items() if result.check is not None}
    names = list(exact)
    for name in names[1:]:
        first, other = exact[names[0]] or {}, exact[name] or {}
        for key in sorted(first.keys() | other.keys()):
            if first.get(key) != other.get(key):
                raise Failure(f"{names[0]} and {name} differ in {key}: {first.get(key)} and {other.get(key)}")
    rough = [name for name, result in results.items() if result.close is not None]
    for at, later in enumerate(rough):
        for earlier in rough[:at]:
            _compare_close(earlier, results[earlier].close or {}, later, results[later].close or {})
    for silent in [name for name, result in results.items() if result.check is None and result.close is None]:
        raise Failure(f"{silent} says nothing that could be compared")


def _compare_close(
    name: str, one: dict[str, tuple[float, float]], other: str, two: dict[str, tuple[float, float]]
) -> None:
    if one.keys() != two.keys():
        raise Failure(f"{name} and {other} do not estimate the same: {sorted(one)} and {sorted(two)}")
    for key in sorted(one):
        (x, e), (y, f) = one[key], two[key]
        if not abs(x - y) <= ERRORS * (e * e + f * f) ** 0.5:
            raise Failure(f"{name} and {other} differ in {key}: {x} ± {e} and {y} ± {f}")


def race(work: Work, size: str, mode: str, rounds: int, threads: int, only: list[str]) -> dict[str, Result]:
    """All contestants, interleaved over the rounds so that no one always runs after the same other."""
    entered = [
        one
        for one in work.contestants
        if size in one.sizes and (not mode or mode in one.modes) and (not only or one.name in only)
    ]
    if not entered:
        raise Failure(f"nobody does {label(work, mode)} at size {size}")
    results = {one.name: Result() for one in entered}
    for turn in range(rounds):
        first = turn % len(entered)
        for one in entered[first:] + entered[:first]:
            say(f"{label(work, mode)} {size}, round {turn + 1} of {rounds}: {one.name}")
            said = start(work, one, size, mode, threads)
            note(results[one.name], said, one.name)
        compare(results)
    return results


def label(work: Work, mode: str) -> str:
    """What a work is called in a page and in messages."""
    return f"{work.name}/{mode}" if mode else work.name


def table(results: dict[str, Result]) -> list[str]:
    """The results as a table in Markdown, the fastest first."""
    medians = {name: statistics.median(result.seconds) for name, result in results.items()}
    base = "affil" if "affil" in medians else min(medians, key=lambda name: medians[name])
    labels = list(dict.fromkeys(key for result in results.values() for key in result.rates))
    head = ["contestant", "seconds", f"to {base}", "peak MiB", *labels, "notes"]
    rows = []
    for name in sorted(medians, key=lambda name: medians[name]):
        result = results[name]
        ratio = medians[name] / medians[base] if medians[base] else float("nan")
        rates = [f"{statistics.median(result.rates[key]):,.0f}" if key in result.rates else "" for key in labels]
        peak = f"{statistics.median(result.peaks):,.0f}"
        rows.append([name, f"{medians[name]:.3f}", f"{ratio:.3g}", peak, *rates, result.notes])
    lines = [head, ["---", *["---:"] * (len(head) - 2), "---"], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def section(work: Work, size: str, mode: str, rounds: int, threads: int, results: dict[str, Result]) -> list[str]:
    """What goes into the page."""
    measured = work.modes.get(mode, work.measured)
    given = f"cargo xtask bench {work.name} --size {size} --rounds {rounds}"
    return [
        "",
        f"{work.title}, size {size}. {measured} Medians of {rounds} rounds, {threads} threads.",
        "",
        *table(results),
        "",
        f"{machine.about()}. {time.strftime('%Y-%m-%d')}, `{given}`.",
        "",
    ]


def write(name: str, lines: list[str]) -> None:
    """Put lines between the page's marks of a work."""
    if not PAGE.is_file():
        raise Failure(f"there is no docs/{PAGE.name} to write to")
    page = PAGE.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- /bench -->)", re.DOTALL)
    text = "\n".join(lines)
    page, count = marks.subn(lambda found: found[1] + text + found[2], page)
    if count != 1:
        raise Failure(f"{PAGE.name} has {count} places marked `<!-- bench: {name} -->`, not one")
    PAGE.write_text(page, encoding="utf-8")


def arguments() -> argparse.Namespace:
    """What to run, and how often."""
    parser = argparse.ArgumentParser(prog="cargo xtask bench", description="Race affil against other tools.")
    parser.add_argument("works", nargs="*", metavar="WORK", help="all, if none is named")
    parser.add_argument("--size", help="tiny, S, M or L; each work's own default if not given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--mode", action="append", default=[], help="only these ways of measuring")
    parser.add_argument("--only", action="append", default=[], metavar="CONTESTANT")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--list", action="store_true", help="show the works and stop")
    return parser.parse_args()


def run(given: argparse.Namespace) -> None:
    """Run what was asked for."""
    known = works()
    for name in given.works:
        if name not in known:
            raise Failure(f"no work is called `{name}`; there are: {', '.join(known)}")
    for work in [known[name] for name in given.works] or list(known.values()):
        if given.list:
            print(f"{work.name:<16}{work.title} ({', '.join(work.sizes)})")
            continue
        size = given.size or work.default
        if size not in work.sizes:
            raise Failure(f"{work.name} has no size {size}; it has {', '.join(work.sizes)}")
        prepare(work, size)
        agreed: dict[str, Result] = {}
        for mode in [mode for mode in work.modes if not given.mode or mode in given.mode] or [""]:
            results = race(work, size, mode, given.rounds, given.threads, given.only)
            if work.apart:
                agreed = {}
            # However it is measured, it is the same work.
            agreed.update({f"{name} ({mode})": result for name, result in results.items()})
            compare(agreed)
            lines = section(work, size, mode, given.rounds, given.threads, results)
            print("\n".join([f"\n## {label(work, mode)}", *lines]), flush=True)
            if given.write:
                write(label(work, mode), lines)


def main() -> None:
    """Race, and say in one line why a race does not count."""
    try:
        run(arguments())
    except Failure as failure:
        raise SystemExit(f"this run does not count: {failure}") from None


if __name__ == "__main__":
    main()
