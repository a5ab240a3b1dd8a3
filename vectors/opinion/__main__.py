"""Runs the vectors of `settle/` and `refused/` through this model: `python -m opinion [--only NAME] [-v]`.

It must never correct a result: it compares, and says what differs and what was passed over.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from .calls import CALLS, differences

if TYPE_CHECKING:
    from .program import Doc

_VECTORS = Path(__file__).resolve().parent.parent
_FOLDERS = ("settle", "refused")
_OUT_OF_SCOPE = {
    "explain": "texts of explanations are out of scope",
    "why_not": "texts of explanations are out of scope",
    "what_if": "comparing plans is out of scope",
    "because": "comparing plans is out of scope",
    "check": "programs are not checked",
}
# Vectors with calls that do not agree, and why. One whose calls all agree must leave this list.
_PASSED_OVER = {"window-malformed": "programs are not checked"}


class _Run:
    """What came of the calls so far."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self.calls = 0
        self.agree = 0
        self.wrong = 0
        self.passed: Counter[str] = Counter()

    def vector(self, name: str, case: Doc) -> None:
        """Run all calls of a vector."""
        excused = False
        for place, call in enumerate(case["calls"], 1):
            self.calls += 1
            what = f"{name} #{place} {call['call']}"
            reason = None if call["call"] in CALLS else _OUT_OF_SCOPE[call["call"]]
            found = [] if reason else differences(case, call)
            if found and name in _PASSED_OVER:
                excused, reason = True, _PASSED_OVER[name]
            if reason:
                self._pass_over(what, reason)
                continue
            self.agree += not found
            self.wrong += bool(found)
            for difference in found:
                sys.stdout.write(f"{what}: {difference}\n")
        if name in _PASSED_OVER and not excused:
            self.wrong += 1
            sys.stdout.write(f"{name}: agrees, and must leave the list of what is passed over\n")

    def _pass_over(self, what: str, reason: str) -> None:
        """Count a call that is passed over."""
        self.passed[reason] += 1
        if self._verbose:
            sys.stdout.write(f"{what}: passed over, {reason}\n")


def main() -> int:
    """Run all vectors, or one, and say what differs."""
    options = argparse.ArgumentParser(prog="python -m opinion", description=__doc__)
    options.add_argument("--only", help="the name of one vector")
    options.add_argument("-v", action="store_true", help="name each call that is passed over")
    chosen = options.parse_args()
    run = _Run(verbose=chosen.v)
    for folder in _FOLDERS:
        for path in sorted((_VECTORS / folder).glob("*.json")):
            if chosen.only in (None, path.stem):
                run.vector(path.stem, json.loads(path.read_text(encoding="utf-8")))
    why = "; ".join(f"{count}: {reason}" for reason, count in sorted(run.passed.items()))
    passed = run.passed.total()
    sys.stdout.write(f"{run.agree} of {run.calls} calls agree, {passed} passed over ({why or 'none'})\n")
    return 1 if run.wrong or not run.calls else 0


if __name__ == "__main__":
    sys.exit(main())
