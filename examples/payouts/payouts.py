"""From earned to paid: a month is closed, payouts are made, one comes back, and statements say why."""

import json
from pathlib import Path

import polars as pl

import affil

HERE = Path(__file__).parent


def rows(path: Path) -> list[dict[str, object]]:
    """The rows of a file in JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


plan = affil.Plan.load(HERE / "program.toml")
facts = affil.Facts(
    # Text as it is: a reader that guesses types would make floats of the amounts.
    affiliates=pl.read_csv(HERE / "facts" / "affiliates.csv", infer_schema=False),
    touches=pl.read_csv(HERE / "facts" / "touches.csv", infer_schema=False),
    orders=pl.read_csv(HERE / "facts" / "orders.csv", infer_schema=False),
    quotes=pl.read_csv(HERE / "facts" / "quotes.csv", infer_schema=False),
    reviews=rows(HERE / "facts" / "reviews.jsonl"),
)
payees = (HERE / "payees.toml").read_text("utf-8")
ledger = affil.Ledger()
handed_out: list[affil.Statement] = []


def close(month: str, end: str) -> None:
    """Book what was owed at the end of a month, close it, and hand out its statements."""
    known = facts.as_of(end)
    ledger.post(plan.settle(known))
    ledger.close(month)
    for statement in plan.statements(known, ledger, month, earlier=handed_out):
        handed_out.append(statement)
        print(statement)
        for entry in statement.entries:
            print(f"  {entry.date}  {entry.amount:>7}  {entry.text or entry.target}")


print("# March")
close("2026-03", "2026-04-01T00:00:00+02:00")

print("\n# Payouts")
run = plan.payouts(facts, "2026-04-15T10:00:00+02:00")
print(run)
for row in run.carried.to_dicts():
    print(f"{row['balance']} of {row['affiliate']} are carried forward: {row['reason']}")
dollars = [payout for payout in run.facts if payout.get("currency") == "USD"]
euros = [payout for payout in run.facts if payout not in dollars]
bank = affil.pain001(plan, euros, payees, id="SHOES-2026-04", created=run.at, letters="german")
print(f"SEPA: {bank.count} payment, {bank.sums['EUR']} EUR")
print(f"PayPal: {affil.paypal(plan, dollars, payees).text.strip()}")
facts += affil.Facts(payouts=run.facts)
print(f"Asked again: {plan.payouts(facts, run.at).total} {run.currency}")

print("\n# April: what was sent to ana arrived, what was sent to ben came back")
facts += affil.Facts(confirmations=rows(HERE / "later" / "confirmations.jsonl"))
close("2026-04", "2026-05-01T00:00:00+02:00")

print("\n# Books")
for account, amount in ledger.accounts().items():
    if amount:
        print(f"{account:<20}{amount:>10}")
journal = ledger.journal.to_polars()
sent = journal.filter(pl.col("account") == "cash", pl.col("date") < pl.date(2026, 5, 1))
print(f"{-sent['amount'].sum()} EUR left the account in {len(sent)} transfer; {len(journal)} postings in all")

print("\n# Checked by ana")
proof = plan.proof(facts.as_of("2026-05-01T00:00:00+02:00"), "ana")
own = [statement for statement in handed_out if statement.affiliate == "ana"]
print(f"{len(affil.verify(own, proof))} findings in {len(own)} statements")
forged = own[0].to_json().replace('"140.00"', '"150.00"')
for finding in affil.verify([forged, own[1]], proof):
    print(f"forged: {finding.code} at {finding.path}")
