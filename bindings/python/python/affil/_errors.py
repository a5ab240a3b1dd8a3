"""What is raised when something is refused: all that is wrong at once, each with a code, a place and a hint."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from affil._codes import PathsCode, ProblemCode, SimulationCode


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or (as a warning) doubtful, in a document or a table.

    `path` is a JSON Pointer such as ``/rules/0/pay/percent``, or ``/orders/17/amount`` in a table, with rows counted
    from 0. `line` and `column` count from 1 and are known when there was a text.
    """

    code: ProblemCode | SimulationCode | PathsCode
    severity: Literal["error", "warning"]
    path: str
    message: str
    hint: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line is not None else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{place}{self.code} at {self.path or 'the document'}: {self.message}{hint}"


def problems_of(text: str) -> list[Problem]:
    """The problems of their canonical JSON."""
    return [Problem(**problem) for problem in json.loads(text)["problems"]]


#: More than these nobody reads at once; `problems` has them all.
_SHOWN = 10


def _first(problems: list[Problem]) -> str:
    lines = "\n".join(str(problem) for problem in problems[:_SHOWN])
    return f"{lines}\nand {len(problems) - _SHOWN:,} more in `problems`"


class AffilError(Exception):
    """Something was refused; nothing has changed.

    >>> import affil
    >>> try:
    ...     affil.Plan.parse('schema = "affil/2"')
    ... except affil.AffilError as error:
    ...     print(error.problems[0].code)
    document.missing_key
    """

    problems: list[Problem]

    def __init__(self, problems: str, message: str) -> None:
        """Take the problems as canonical JSON, and all of them as text for people."""
        self.problems = problems_of(problems)
        super().__init__(message if len(self.problems) <= _SHOWN else _first(self.problems))
        self._json = problems
        self._message = message

    def to_json(self) -> str:
        """The problems as canonical JSON, ``{"problems":[…]}``: the same bytes in every language."""
        return self._json

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (self._json, self._message)


class ProgramError(AffilError, ValueError):
    """A program or a compiled plan was refused."""


class FactsError(AffilError, ValueError):
    """Facts, or what is asked or told about them (carts, payees, claims, statements, ids, instants), were refused."""


class SimulationError(AffilError, ValueError):
    """A process, or a plan that cannot be simulated, was refused; its codes are those of `SimulationCode`."""


class PathsError(AffilError, ValueError):
    """Paths of touches, or what was asked of them, were refused; its codes are those of `PathsCode`."""


class InternalError(AffilError, RuntimeError):
    """A bug of affil itself. Everything is as it was before the call; please report it."""
