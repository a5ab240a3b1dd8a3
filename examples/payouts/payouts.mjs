// From earned to paid: a month is closed, payouts are made, one comes back, and statements say why.
// Run it with `node payouts.mjs` where the package `affil` is installed; it prints what `payouts.py` prints.

import { readFileSync } from "node:fs";

import { Facts, Plan, accounts, close, verify } from "affil";

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
/** The rows of a file in JSON Lines. */
const rows = (name) => read(name).trimEnd().split("\n").map((line) => JSON.parse(line));
/** The rows of a table without quotes; what is a list has one item. Text stays text, so that no amount is ever a number. */
const table = (name, lists = []) => {
  const [header, ...lines] = read(name).trimEnd().split("\n").map((line) => line.split(","));
  const cell = (key, text) => [key, lists.includes(key) ? [text] : text];
  return lines.map((cells) => Object.fromEntries(header.map((key, index) => cell(key, cells[index]))));
};
const print = (text) => console.log(text);

const plan = Plan.load(read("program.toml"));
const payees = read("payees.toml");
const document = {
  affiliates: table("facts/affiliates.csv", ["groups"]),
  touches: table("facts/touches.csv"),
  orders: table("facts/orders.csv").map(({ amount, ...order }) => ({ ...order, lines: [{ amount }] })),
  quotes: table("facts/quotes.csv"),
  reviews: rows("facts/reviews.jsonl"),
};
const ledger = [];
const handedOut = [];

/** Books what was owed at the end of a month, closes it, and hands out its statements. */
function closeMonth(month, end) {
  const known = Facts.load(document).asOf(end);
  ledger.push(...plan.post(known, ledger));
  ledger.push(...close(ledger, month));
  const statements = plan.statements(known, ledger, month, handedOut);
  handedOut.push(...statements);
  for (const { affiliate, opening, currency, closing, entries } of statements) {
    print(`${affiliate}, ${month}: ${opening} ${currency} before, ${closing} after`);
    for (const { date, amount, text, target } of entries) print(`  ${date}  ${amount.padStart(7)}  ${text ?? target}`);
  }
}

print("# March");
closeMonth("2026-03", "2026-04-01T00:00:00+02:00");

print("\n# Payouts");
const run = plan.payouts(document, "2026-04-15T10:00:00+02:00");
for (const { text } of run.payouts) print(text);
for (const { affiliate, balance, reason } of run.carried) print(`${balance} of ${affiliate} are carried forward: ${reason}`);
const made = run.payouts.map(({ payout }) => payout);
const dollars = made.filter(({ currency }) => currency === "USD");
const euros = made.filter((payout) => !dollars.includes(payout));
const bank = plan.pain001({ payouts: euros }, payees, { id: "SHOES-2026-04", created: run.at, letters: "german" });
print(`SEPA: ${bank.totals.count} payment, ${bank.totals.sums.EUR} EUR`);
print(`PayPal: ${plan.paypal({ payouts: dollars }, payees).text.trim()}`);
document.payouts = made;
print(`Asked again: ${plan.payouts(document, run.at).total} ${run.currency}`);

print("\n# April: what was sent to ana arrived, what was sent to ben came back");
document.confirmations = rows("later/confirmations.jsonl");
closeMonth("2026-04", "2026-05-01T00:00:00+02:00");

print("\n# Books");
for (const [account, amount] of Object.entries(accounts(ledger))) {
  if (/[1-9]/.test(amount)) print(`${account.padEnd(20)}${amount.padStart(10)}`);
}
const postings = ledger.flatMap(({ date, postings = [] }) => postings.map(([account, amount]) => ({ date, account, amount })));
const sent = postings.filter(({ date, account }) => account === "cash" && date < "2026-05-01");
print(`${sent.map(({ amount }) => amount.slice(1)).join(" + ")} EUR left the account in ${sent.length} transfer; ${postings.length} postings in all`);

print("\n# Checked by ana");
const proof = plan.proof(Facts.load(document).asOf("2026-05-01T00:00:00+02:00"), "ana");
const own = handedOut.filter(({ affiliate }) => affiliate === "ana");
print(`${verify(own, proof).length} findings in ${own.length} statements`);
const forged = JSON.parse(JSON.stringify(own[0]).replaceAll('"140.00"', '"150.00"'));
for (const { code, path } of verify([forged, own[1]], proof)) print(`forged: ${code} at ${path}`);
