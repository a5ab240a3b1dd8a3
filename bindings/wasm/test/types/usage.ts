// Uses every type the way a project would; compiled, never run. A line that must not compile says so.

import {
  AffilError,
  Facts,
  Plan,
  check,
  init,
  version,
  type Cart,
  type Explanation,
  type FactsDocument,
  type LedgerEntry,
  type ModuleSource,
  type Problem,
  type ProblemCode,
  type Program,
  type Quote,
  type Settlement,
  type Step,
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
  round: { at: "statement", mode: "half_up" },
  unknown_affiliates: "accept",
  attribution: {
    model: "first",
    windows: { click: "30d", coupon: "1mo" },
    precedence: [["coupon"], ["click"]],
    exclude: { channel: "brand_ppc", affiliate: ["eve", "mallory"] },
  },
  exclude: [{ id: "gifts", when: { line: { category: "gift" } } }],
  conflict: "most_specific",
  rules: [
    {
      id: "shoes",
      when: {
        line: { category: ["shoes", "boots"], amount: { at_least: "10.00", below: "500.00" } },
        order: { country: { is_not: "US" }, attributes: { channel: "app" } },
        customer: { new: true },
        any: [{ affiliate: { group: "gold" } }, { not: { touch: { kind: "view" } } }],
      },
      pay: { percent: "10" },
    },
    { id: "bonus", on_top: true, pay: { flat: "5.00", per: "order" } },
  ],
  tiers: [
    { id: "volume", mode: "marginal", rules: ["shoes"], steps: [{ from: "1000.00", percent: "12" }, { from: "5000.00", add: "3" }] },
    { id: "gold", mode: "whole", when: { group: "gold" }, steps: [{ from: "0", multiply: "1.5" }] },
  ],
  caps: [{ id: "order", per: "order", amount: "100.00", share: "largest" }],
  refunds: { tiers: "sale_period", excess: "cap" },
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
  affiliates: [{ id: "ana", active: true, groups: ["gold"] }],
  touches: [{ id: "t1", at: new Date(0), customer: "kim", affiliate: "ana", kind: "click", channel: "blog" }],
  orders: [
    {
      id: "A",
      at: "2026-03-10T10:00:00Z",
      customer: "kim",
      new_customer: true,
      lines: [{ amount: "800.00", quantity: 2, sku: undefined, attributes: { size: "42" } }],
    },
  ],
  refunds: [{ id: "r", at: "2026-03-12T10:00:00Z", order: "A", amount: "1.00" }],
  adjustments: [{ id: "j", at: "2026-03-12T10:00:00Z", affiliate: "ana", amount: "-5.00", reason: "fee" }],
};
// @ts-expect-error an amount is text
void ({ orders: [{ id: "A", at: "…", customer: "kim", lines: [{ amount: 800 }] }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ refunds: [{ id: "r", at: "…", order: "A", amount: 1 }] } satisfies FactsDocument);
// @ts-expect-error an amount is text
void ({ adjustments: [{ id: "j", at: "…", affiliate: "ana", amount: -5, reason: "fee" }] } satisfies FactsDocument);
// @ts-expect-error a time is text or a Date
void ({ touches: [{ id: "t1", at: 0, customer: "kim", affiliate: "ana" }] } satisfies FactsDocument);

const loaded: Facts = Facts.load(facts);
const settlement: Settlement = plan.settle(loaded);
const settled: string = plan.settleJson("{}");
loaded.free();

const sum: string = settlement.totals.total;
// @ts-expect-error money comes out as text
const wrong: number = settlement.totals.total;
const count: number = settlement.totals.orders;
for (const target of settlement.targets) {
  if (target.kind === "commission") void (target.order satisfies string);
  else void (target.cause satisfies string);
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
    case "percent":
    case "flat":
    case "slice":
    case "whole":
      return step.exact;
    case "rounded":
    case "reversed":
    case "returned":
      return step.amount;
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
const cart: Cart = { affiliate: "ana", so_far: "800.00", new_customer: true, lines: [{ amount: "59.90" }] };
const quote: Quote = plan.quote(cart);
const total: string = quote.total;
// @ts-expect-error an amount is text
plan.quote({ affiliate: "ana", lines: [{ amount: 59.9 }] });
// @ts-expect-error an amount is text
plan.quote({ affiliate: "ana", so_far: 800, lines: [] });
// @ts-expect-error a cart has lines
plan.quote({ affiliate: "ana" });

// The ledger.
const entries: LedgerEntry[] = plan.post(facts);
plan.post(facts, entries);
plan.post(facts, "");

// Problems.
const problems: Problem[] = check(program);
const codes: ProblemCode[] = problems.map((problem) => problem.code);
// @ts-expect-error no such code
const code: ProblemCode = "money.lost";
try {
  plan.quote("{}");
} catch (error) {
  if (error instanceof AffilError) void (error.problems[0]?.line satisfies number | undefined);
}

void [text, again, fingerprint, settled, sum, wrong, count, figure, explanation, list, change, total, codes, code];
