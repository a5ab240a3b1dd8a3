// Uses every type the way a project would; compiled, never run. A line that must not compile says so.

import {
  AffilError,
  Facts,
  Plan,
  RateCard,
  accounts,
  check,
  close,
  init,
  toBeancount,
  toCsv,
  toHledger,
  verify,
  version,
  type Because,
  type Acted,
  type CardQuote,
  type Cart,
  type ClaimValue,
  type Dispute,
  type DisputeAction,
  type Explanation,
  type Export,
  type FactsDocument,
  type Invoices,
  type LedgerEntry,
  type LedgerLine,
  type Lifecycle,
  type ModuleSource,
  type Payees,
  type PayoutRun,
  type Problem,
  type ProblemCode,
  type Program,
  type Proof,
  type Quote,
  type Risks,
  type Settlement,
  type State,
  type StatementDocument,
  type Step,
  type Variant,
  type Watch,
  type WhatIf,
  type WhyNot,
} from "affil";

// Loading.
await init();
await init(new URL("https://shop.example/affil.wasm"));
await init(fetch("/affil.wasm"));
await init(new Uint8Array());
const source: ModuleSource = "/affil.wasm";
await init(source);
// @ts-expect-error a number says nothing about where the engine is
await init(7);
const text: string = version();
// @ts-expect-error the version is asked for, not set
version("0.1.0");

// A program with everything in it.
const program: Program = {
  schema: "affil/1",
  name: "Everything",
  currency: "EUR",
  zone: "Europe/Berlin",
  round: { at: "statement", mode: "half_up", split: "cumulative" },
  unknown_affiliates: "accept",
  calendar: { week_starts: "sunday", year_starts: 4 },
  exchange: "month_average",
  attribution: {
    model: "first",
    windows: { click: "30d", coupon: "1mo" },
    near_end: "open",
    far_end: "closed",
    minimum_age: { click: "2s" },
    terms: [{ touch: { channel: "tv", attributes: { sub: "s7" } }, affiliate: { group: "gold" }, window: "60d" }],
    precedence: [["coupon"], ["click"]],
    source_stays: true,
    except: "direct",
    exclude: { channel: "brand_ppc", affiliate: ["eve", "mallory"] },
    deduplicate: ["search"],
    self_referral: "allow",
    fallback: "nobody",
    ties: "smaller_id",
    cart_add: { kind: "cart", window: "1d" },
    bond: { lasts: "life", wins: "without_touch" },
    subscriptions: "each_charge",
    assists: { percent: "2", to: "shared" },
  },
  exclude: [{ id: "gifts", when: { line: { category: "gift" } } }],
  conflict: "most_specific",
  rules: [
    {
      id: "shoes",
      when: {
        line: { category: ["shoes", "boots"], amount: { at_least: "10.00", below: "500.00" } },
        order: { country: { is_not: "US" }, charge: { at_most: 3 }, at: { from: "2026-01-01" }, attributes: { channel: "app" } },
        customer: { new: true },
        any: [{ affiliate: { group: "gold" } }, { not: { touch: { kind: "view" } } }],
      },
      pay: { percent: "10", less: ["tax", "shipping"], floor: "0.50", cap: "50.00", share: [{ part: "80" }, { affiliate: "agency", part: "20" }] },
      recurring: { charges: 12, months: 24, taper: [{ from: 4, percent: "5" }] },
      from: "2026-01-01",
      until: "2027-01-01",
      dated_by: "first_charge",
    },
    { id: "leads", when: { order: { action: "lead" } }, pay: { flat: { EUR: "5.00", USD: "5.50" }, per: "action" } },
    { id: "bonus", on_top: true, pay: { flat: "5.00", per: "order" } },
  ],
  tiers: [
    { id: "volume", mode: "marginal", rules: ["shoes"], steps: [{ from: "1000.00", to: "5000.00", percent: "12" }, { from: "5000.00", add: "3", retroactive: true }] },
    { id: "rolling", mode: "forward", counts: ["shoes"], metric: "units", rolling: "30d", steps: [{ from: "10", percent: "12" }] },
    { id: "held", mode: "interpolated", period: "quarter", demotion: "one_step", steps: [{ from: "0", percent: "5" }] },
    { id: "gold", mode: "whole", when: { group: "gold" }, steps: [{ from: "0", multiply: "1.5" }] },
  ],
  caps: [
    { id: "order", per: "order", amount: "100.00", share: "largest" },
    { id: "month", per: "affiliate", period: "month", amount: "1000.00", attribute: "limit", rules: ["shoes"], until: "2027-01-01" },
  ],
  deals: [{ id: "vip", when: { id: "ana", joined: { until: "2026-01-01" } }, percent: "15", dated_by: "joined" }],
  overrides: [{ id: "network", of: "commission", levels: ["5", "2"], when: { attributes: { country: "DE" } } }],
  bonuses: [
    { id: "first", kind: "milestone", period: "lifetime", metric: "orders", steps: [{ from: "1", amount: "25.00" }] },
    { id: "each", kind: "every", period: "month", every: "1000.00", amount: "10.00", ceiling: "100.00" },
    { id: "row", kind: "streak", period: "week", reach: "500.00", times: 4, amount: "50.00" },
    { id: "race", kind: "contest", period: "quarter", prizes: ["500.00", "200.00"], tie: "share", from: "2026-01-01" },
    { id: "clicks", kind: "epc", period: "month", kinds: ["click"], amount: "0.015" },
    { id: "page", kind: "placement", on: "2026-04-01", amount: "300.00" },
    { id: "fee", kind: "retainer", period: "month", from: "2026-01-01", amount: "100.00" },
    { id: "advance", kind: "draw", from: "2026-01-01", amount: "500.00", draw: "non_recoverable", forgive: "year" },
  ],
  lifecycle: { lock: "fixed_day", day: 10, months: 2, extension: "1mo", unreviewed: "decline", holds: [{ when: { group: "new" }, lasts: "14d" }] },
  payouts: [
    {
      id: "germany",
      when: { group: "de" },
      net: "30d",
      minimum: "50.00",
      reserve: { percent: "10", lasts: "6mo" },
      fee: { amount: "0.35", percent: "1", payer: "merchant", waived_from: "500.00" },
      vat: { percent: "19", treatment: "outside" },
      withholding: "15",
      currency: "USD",
    },
    { id: "others", vat: { treatment: "none" } },
  ],
  disputes: {
    open_within: "75d",
    answer_within: "10bd",
    evidence_within: "7d",
    instances: 2,
    appeal_within: "14d",
    mediate_within: "20bd",
    silence: { merchant: "reject", affiliate: "expire", mediator: "uphold" },
    evidence: { untracked: ["order_confirmation", "click_log"], declined: [] },
    weekend: ["friday", "saturday"],
    holidays: ["2026-12-25"],
  },
  refunds: { tiers: "sale_period", bonuses: "refund_period", caps: "none", excess: "cap", void_above: "80", within: "60d" },
  assume: { margin: "30", discount: "10" },
};
const rule = { id: "all", pay: { percent: "10" } } as const;

// @ts-expect-error a rate is text
program.rules[0]!.pay = { percent: 10 };
// @ts-expect-error a rate is text
void ({ ...program, rules: [{ id: "all", pay: { percent: 10 } }] } satisfies Program);
// @ts-expect-error an amount is text
void ({ ...program, rules: [{ id: "all", pay: { flat: 5, per: "order" } }] } satisfies Program);
// @ts-expect-error a flat amount says how often
void ({ ...program, rules: [{ id: "all", pay: { flat: "5.00" } }] } satisfies Program);
// @ts-expect-error one or the other
void ({ ...program, rules: [{ id: "all", pay: { percent: "5", flat: "5.00", per: "line" } }] } satisfies Program);
// @ts-expect-error a threshold is text
void ({ ...program, tiers: [{ id: "t", mode: "whole", steps: [{ from: 1000, percent: "12" }] }] } satisfies Program);
// @ts-expect-error a step has one effect
void ({ ...program, tiers: [{ id: "t", mode: "whole", steps: [{ from: "1", percent: "12", add: "1" }] }] } satisfies Program);
// @ts-expect-error a cap is text
void ({ ...program, caps: [{ id: "c", per: "order", amount: 100 }] } satisfies Program);
// @ts-expect-error an exchange of a flat amount by currency is text as well
void ({ ...program, rules: [{ id: "all", pay: { flat: { EUR: 5 }, per: "line" } }] } satisfies Program);
// @ts-expect-error a milestone has steps
void ({ ...program, bonuses: [{ id: "b", kind: "milestone", period: "month", amount: "5.00" }] } satisfies Program);
// @ts-expect-error a deal says one of both
void ({ ...program, deals: [{ id: "d", when: {} }] } satisfies Program);
// @ts-expect-error a bond lasts for a time
void ({ ...program, attribution: { windows: {}, bond: {} } } satisfies Program);
// @ts-expect-error a fixed day says which
void ({ lock: "fixed_day" } satisfies Lifecycle);
// @ts-expect-error a duration has no day
void ({ lock: "duration", after: "30d", day: 10 } satisfies Lifecycle);
// @ts-expect-error what locks at once cannot be put off
void ({ extension: "1mo" } satisfies Lifecycle);
// @ts-expect-error a rate is text
void ({ ...program, payouts: [{ id: "p", withholding: 15 }] } satisfies Program);
// @ts-expect-error a reserve is kept for a time
void ({ ...program, payouts: [{ id: "p", reserve: { percent: "10" } }] } satisfies Program);
// @ts-expect-error no such kind of evidence
void ({ ...program, disputes: { answer_within: "10bd", evidence_within: "7d", evidence: { declined: ["rumour"] } } } satisfies Program);
// @ts-expect-error an unknown key
void ({ ...program, rulez: [rule] } satisfies Program);
// @ts-expect-error an unknown mode
void ({ ...program, round: { mode: "half_down" } } satisfies Program);

// Plans, from everything they can be loaded from.
const plan: Plan = Plan.load(program);
const again: Plan = Plan.load(plan.toJSON());
const fingerprint: string = Plan.load(plan.toText()).fingerprint;
// @ts-expect-error a plan is loaded, not made
new Plan();
// @ts-expect-error the fingerprint is not set
plan.fingerprint = "";

// Facts.
const facts: FactsDocument = {
  affiliates: [
    { id: "ana", active: true, groups: ["gold"], joined: new Date(0), recruiter: "ben", customers: ["k7"], attributes: { limit: "500.00" } },
  ],
  touches: [{ id: "t1", at: new Date(0), customer: "kim", affiliate: "ana", kind: "click", channel: "blog", attributes: { sub: "s7" } }, { id: "t2", at: new Date(0), customer: "kim", kind: "cart" }],
  orders: [
    { id: "L", at: new Date(0), customer: "kim", action: "lead" },
    {
      id: "A",
      at: "2026-03-10T10:00:00Z",
      customer: "kim",
      new_customer: true,
      subscription: "sub",
      lines: [
        { amount: "800.00", quantity: 2, sku: undefined, attributes: { size: "42" }, discount: "1.00", tax: "2.00", shipping: "3.00", cost: "4.00" },
        { amount: "-20.00" },
      ],
    },
  ],
  refunds: [{ id: "r", at: "2026-03-12T10:00:00Z", order: "A", amount: "1.00" }],
  adjustments: [
    { id: "j", at: "2026-03-12T10:00:00Z", affiliate: "ana", amount: "-5.00", reason: "fee" },
    { id: "k", at: "2026-03-12T10:00:00Z", affiliate: "ana", amount: "-4.00", reason: "fee", known: new Date(0), replaces: "j" },
  ],
  reviews: [{ id: "v", at: new Date(0), orders: ["A"], line: "1", decision: "decline", reason: "returned", note: "…", dispute: "d", known: new Date(0), replaces: "u" }],
  payouts: [
    { id: "p", at: new Date(0), affiliate: "ana", earned: "80.00", transfer: "80.00" },
    { id: "q", at: new Date(0), affiliate: "ana", terms: "germany", earned: "80.00", released: "1.00", reserve: "8.00", release: new Date(0), treatment: "inside", vat: "1.00", withholding: "1.00", fee: "0.35", fee_payer: "merchant", transfer: "72.00", currency: "USD", rate: "1.1", paid: "79.20", known: new Date(0) },
  ],
  confirmations: [{ id: "c", at: new Date(0), payout: "p", outcome: "failed", note: "account closed", known: new Date(0) }],
  quotes: [{ from: "USD", to: "EUR", date: "2026-03-10", rate: "0.92" }],
  until: new Date(0),
};
// @ts-expect-error a rate is text
void ({ quotes: [{ from: "USD", to: "EUR", date: "2026-03-10", rate: 0.92 }] } satisfies FactsDocument);
// @ts-expect-error a part of an amount is text
void ({ orders: [{ id: "A", at: "…", customer: "kim", lines: [{ amount: "800", tax: 19 }] }] } satisfies FactsDocument);
// @ts-expect-error an action has no lines
void ({ orders: [{ id: "A", at: "…", customer: "kim", action: "lead", lines: [{ amount: "800" }] }] } satisfies FactsDocument);
// @ts-expect-error a sale has lines
void ({ orders: [{ id: "A", at: "…", customer: "kim" }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ orders: [{ id: "A", at: "…", customer: "kim", lines: [{ amount: 800 }] }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ refunds: [{ id: "r", at: "…", order: "A", amount: 1 }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ adjustments: [{ id: "j", at: "…", affiliate: "ana", amount: -5, reason: "fee" }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ payouts: [{ id: "p", at: "…", affiliate: "ana", earned: 80, transfer: "80.00" }] } satisfies FactsDocument);
// @ts-expect-error no such decision
void ({ reviews: [{ id: "v", at: "…", orders: ["A"], decision: "perhaps" }] } satisfies FactsDocument);
// @ts-expect-error a payout is replaced by nothing: a confirmation says what became of it
void ({ payouts: [{ id: "p", at: "…", affiliate: "ana", earned: "80.00", transfer: "80.00", replaces: "o" }] } satisfies FactsDocument);
// @ts-expect-error a time is text or a Date
void ({ touches: [{ id: "t1", at: 0, customer: "kim", affiliate: "ana" }] } satisfies FactsDocument);

const loaded: Facts = Facts.load(facts);
const settlement: Settlement = plan.settle(loaded);
const settled: string = plan.settleJson("{}");
const known: Facts = loaded.asOf(new Date(0));
void (plan.settle(facts, { asOf: "2026-04-01T00:00:00Z" }) satisfies Settlement);
// @ts-expect-error an instant is text or a Date
loaded.asOf(0);
loaded.free();
const states: State[] = settlement.targets.map((target) => target.state);
const payable: (string | undefined)[] = settlement.targets.map((target) => target.payable_from);
const owed: string[] = settlement.balances.map((balance) => balance.payable);

const sum: string = settlement.totals.total;
// @ts-expect-error money comes out as text
const wrong: number = settlement.totals.total;
const earned: string[] = [settlement.totals.overrides, settlement.totals.bonuses];
const count: number = settlement.totals.orders;
for (const target of settlement.targets) {
  switch (target.kind) {
    case "commission":
      void (target.order satisfies string);
      break;
    case "override":
      void (target.source satisfies string);
      break;
    case "bonus":
      void (target.occasion satisfies string | undefined);
      break;
    default:
      void (target.cause satisfies string);
  }
  // @ts-expect-error not every target has an order
  target.order;
}

// Explanations: a switch over every kind of step, so that a new kind is noticed here.
const explanation: Explanation = plan.explain(facts, "commission:A/1/shoes/ana");
function figure(step: Step): string {
  switch (step.kind) {
    case "period":
      return step.month;
    case "credit":
      return step.age;
    case "rule":
      return step.rule;
    case "deal":
      return step.pays;
    case "taper":
      return step.percent;
    case "base":
      return step.less[0]?.amount ?? step.base;
    case "converted":
      return step.converted;
    case "share":
    case "assist":
      return step.part;
    case "percent":
    case "flat":
    case "multiplied":
      return step.exact;
    case "slice":
      return step.lifted?.from ?? step.exact;
    case "whole":
    case "forward":
    case "interpolated":
      return step.total;
    case "rounded":
    case "reversed":
    case "returned":
    case "party":
    case "override":
    case "placement":
    case "retainer":
    case "draw":
    case "epc":
      return step.amount;
    case "milestone":
    case "every":
    case "streak":
    case "contest":
      return step.total;
    case "floored":
    case "limited":
    case "capped":
      return step.to;
    case "adjusted":
      return step.reason;
    default:
      return step satisfies never;
  }
}
const list: Explanation[] = plan.explainOrder(facts, "A");
const whyNot: WhyNot = plan.whyNot(facts, "A");
const change: string | undefined = whyNot.findings[0]?.change;

// Quotes.
const cart: Cart = {
  affiliate: "ana",
  affiliate_attributes: { limit: "500.00" },
  touch_attributes: { sub: "s7" },
  at: new Date(0),
  so_far: "800.00",
  new_customer: true,
  lines: [{ amount: "59.90", discount: "5.00" }],
};
const quote: Quote = plan.quote(cart);
const total: string = quote.total;
// @ts-expect-error an amount is text
plan.quote({ affiliate: "ana", lines: [{ amount: 59.9 }] });
// @ts-expect-error an amount is text
plan.quote({ affiliate: "ana", so_far: 800, lines: [] });
// @ts-expect-error a cart has lines
plan.quote({ affiliate: "ana" });

// Quotes, prepared.
const card: RateCard = plan.rateCard(cart);
const prepared: CardQuote = card.quote([0], [5990n], 99500n);
const cents: bigint = card.quote(new Uint32Array(1), new BigInt64Array(1)).total + (prepared.lines[0] ?? 0n);
const kinds: number = card.kinds + card.obstacles().length;
// @ts-expect-error an amount is a bigint
card.quote([0], [5990]);
// @ts-expect-error cards are made by plans
new RateCard();

// Payouts: a proposal is a fact.
const run: PayoutRun = plan.payouts(facts, new Date(0));
const paid: FactsDocument = { ...facts, payouts: run.payouts.map(({ payout, terms }) => ({ ...payout, terms })) };
const carried: "negative" | "below_minimum" | "nothing_left" | undefined = run.carried[0]?.reason;

// The ledger.
const entries: LedgerEntry[] = plan.post(facts);
const ledger: LedgerLine[] = [...entries, ...close(entries, "2026-03")];
plan.post(facts, ledger);
plan.post(facts, "");
const posted: string[] | undefined = entries[0]?.postings.map(([account, amount]) => `${account} ${amount}`);
const trial: string | undefined = accounts(ledger)["payable:ana"];
// @ts-expect-error a closing has no amount
ledger[0]?.amount;
const files: Export[] = [toBeancount(ledger), toHledger(ledger), toCsv(ledger)];

// Statements.
const statements: StatementDocument[] = plan.statements(known, ledger, "2026-03");
plan.statements(known, ledger, "2026-04", statements);
const proof: Proof = plan.proof(known, "ana");
const findings: Problem[] = [...verify(statements, proof), ...verify(statements[0]!, JSON.stringify(proof))];
const told: string | undefined = statements[0]?.entries[0]?.text;
// @ts-expect-error a statement is not edited
statements[0]!.closing = "0.00";

// Disputes.
const open: DisputeAction = {
  action: "open",
  actor: "affiliate",
  id: "d1",
  amount: "80.00",
  claim: { kind: "untracked", affiliate: "ana", order: "A", at: new Date(0), facts: { touches: [{ id: "t", at: new Date(0), customer: "kim", affiliate: "ana" }] } },
  evidence: [{ kind: "order_confirmation", reference: "mail-7.eml" }],
};
const acted: Acted = plan.dispute(null, open, new Date(0));
const next: Acted = plan.dispute(acted.dispute, { action: "reject", actor: "merchant", reason: "duplicate", note: "…" }, new Date(0));
const dispute: Dispute = plan.dispute(next.dispute, { action: "expire", actor: "clock" }, "2026-05-01T00:00:00Z").dispute;
const wanted: FactsDocument | undefined = next.facts;
// @ts-expect-error a rejection has a reason
plan.dispute(dispute, { action: "reject", actor: "merchant" }, new Date(0));
// @ts-expect-error a part is an amount
plan.dispute(dispute, { action: "uphold_partly", actor: "merchant" }, new Date(0));
const value: ClaimValue = plan.claim(facts, open.claim);
const watch: Watch = { disputes: [dispute], counts: [{ affiliate: "ana", month: "2026-03", orders: 3, amount: "12.00" }], near: "5d", z_squared: 4 };
const risks: Risks = plan.risks(facts, new Date(0), watch);
const about: string | undefined = risks.risks[0]?.month;

// Files for banks.
const payees: Payees = {
  schema: "affil/payees/1",
  payer: { name: "Shoes GmbH", iban: "DE89370400440532013000" },
  payees: [{ affiliate: "ana", name: "Ana", kind: "business", address: { town: "Köln", country: "DE" }, vat: "19" }],
};
files.push(
  plan.pain001(paid, payees, { id: "run-1", created: new Date(0), execute: "2026-04-15", letters: "german", batch: true }),
  plan.paypal(paid, payees),
  plan.paypal("{}", payees, { note: "Thank you" }),
  plan.wise(paid, payees, { template: "bank_accounts" }),
  plan.invoicesCsv(paid, payees, { first: 1 }),
);
// @ts-expect-error a file has an id of its own
plan.pain001(paid, payees, { created: new Date(0) });
const invoices: Invoices = plan.invoices(paid, payees, { prefix: "A-", first: 17 });
const transfer: string | undefined = invoices.invoices[0]?.transfer;

// Problems.
const problems: Problem[] = check(program);
const warnings: Problem[] = plan.lint();
const codes: ProblemCode[] = [...problems, ...warnings].map((problem) => problem.code);
// @ts-expect-error no such code
const code: ProblemCode = "money.lost";
try {
  plan.quote("{}");
} catch (error) {
  if (error instanceof AffilError) void (error.problems[0]?.line satisfies number | undefined);
}

void [text, again, fingerprint, settled, sum, wrong, earned, count, figure, explanation, list, change, total, codes, code, cents, kinds];
void [states, payable, owed, carried, posted, trial, findings, told, wanted, value, about, transfer];

const whatIf: WhatIf = plan.whatIf(facts, [plan, { name: "x", set: { "rules/shoes/pay/percent": "8" } }, { grid: { "rules/shoes/pay/percent": ["8"] } }]);
const differences: string[] = whatIf.variants.flatMap((variant) => variant.targets.map((target) => target.difference));
const reasons: Because[] = plan.because(loaded, { program: plan.with({ "rules/shoes/pay/percent": "8" }) }, "ana");
const steps: (number | null)[] = whatIf.variants.flatMap((variant) => variant.steps.map((step) => step.after));
const missing: [string, string | null][] = whatIf.variants.flatMap((variant) => variant.missing.map((one) => [one.field, one.id] as [string, string | null]));
// @ts-expect-error variants come as a list
plan.whatIf(facts, plan);
// @ts-expect-error one of `program`, `set` and `grid`
void ({ name: "x" } satisfies Variant);
