"""Exact, explained commissions for affiliate programs.

A program says who earns what, facts say what happened, and a plan settles: it says who is owed which cent, and why.

>>> import affil
>>> plan = affil.Plan.parse({
...     "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin", "unknown_affiliates": "accept",
...     "attribution": {"windows": {"click": "30d"}},
...     "rules": [{"id": "all", "pay": {"percent": "10"}}],
... })
>>> settlement = plan.settle(
...     touches=[{"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana"}],
...     orders=[{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "59.90"}]}],
... )
>>> settlement.totals["total"]
Decimal('5.99')
"""

from affil._affil import RateCard, __version__
from affil._behaviour import Behaviour, elasticity
from affil._book import Book, Reach, Settled
from affil._codes import PathsCode, ProblemCode, SimulationCode
from affil._dispute import (
    Acted,
    Actor,
    ClaimValue,
    Dispute,
    DisputeState,
    OtherChange,
    Risk,
    RiskKind,
    Risks,
    TargetChange,
)
from affil._earnings import Earned, Earnings
from affil._errors import AffilError, FactsError, InternalError, PathsError, Problem, ProgramError, SimulationError
from affil._explain import Explanation, Explanations, Finding, WhyNot
from affil._export import Export, PayoutsLike, invoices, pain001, paypal, wise
from affil._facts import ArrowArray, ArrowStream, Facts, TableLike
from affil._fit import fit
from affil._ledger import Entry, Ledger
from affil._paths import Attribution, Paths
from affil._payout import PayoutRun
from affil._plan import Overrides, Plan, VariantLike, check
from affil._quote import Quote, QuoteCommission, QuoteLine
from affil._settlement import Settlement, Totals
from affil._sheet import Columns, Sheet
from affil._simulation import PlanCost, Simulation, simulate
from affil._statement import Proof, Statement, StatementBalances, StatementEntry, StatementsLike, page, verify
from affil._table import Table
from affil._what_if import Comparison, Missing, ProgramChange, Reason, Reasons, WhatIf

__all__ = [
    "Acted",
    "Actor",
    "AffilError",
    "ArrowArray",
    "ArrowStream",
    "Attribution",
    "Behaviour",
    "Book",
    "ClaimValue",
    "Columns",
    "Comparison",
    "Dispute",
    "DisputeState",
    "Earned",
    "Earnings",
    "Entry",
    "Explanation",
    "Explanations",
    "Export",
    "Facts",
    "FactsError",
    "Finding",
    "InternalError",
    "Ledger",
    "Missing",
    "OtherChange",
    "Overrides",
    "Paths",
    "PathsCode",
    "PathsError",
    "PayoutRun",
    "PayoutsLike",
    "Plan",
    "PlanCost",
    "Problem",
    "ProblemCode",
    "ProgramChange",
    "ProgramError",
    "Proof",
    "Quote",
    "QuoteCommission",
    "QuoteLine",
    "RateCard",
    "Reach",
    "Reason",
    "Reasons",
    "Risk",
    "RiskKind",
    "Risks",
    "Settled",
    "Settlement",
    "Sheet",
    "Simulation",
    "SimulationCode",
    "SimulationError",
    "Statement",
    "StatementBalances",
    "StatementEntry",
    "StatementsLike",
    "Table",
    "TableLike",
    "TargetChange",
    "Totals",
    "VariantLike",
    "WhatIf",
    "WhyNot",
    "__version__",
    "check",
    "elasticity",
    "fit",
    "invoices",
    "page",
    "pain001",
    "paypal",
    "simulate",
    "verify",
    "wise",
]
