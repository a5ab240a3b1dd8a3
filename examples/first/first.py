"""The first example: who is owed what, and why."""

import json
from pathlib import Path

import affil

HERE = Path(__file__).parent

plan = affil.Plan.load(HERE / "program.toml")
facts = affil.Facts(**json.loads((HERE / "facts.json").read_text("utf-8")))

ledger = affil.Ledger()
for entry in ledger.post(plan.settle(facts)):
    print(f"{entry.amount} {entry.currency}  {plan.explain(facts, entry.id)}")
