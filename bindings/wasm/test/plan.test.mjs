// Plans, facts and errors as a Node user meets them. Figures are worked by hand in the comments.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { AffilError, Facts, Plan, check } from "affil";

const first = (name) => readFileSync(new URL(`../../../examples/first/${name}`, import.meta.url), "utf8");
const program = first("program.toml");
const facts = first("facts.json");

test("objects and texts settle alike, in every combination", () => {
  const plan = Plan.load(program);
  const expected = plan.settleJson(facts);
  assert.equal(plan.settle(facts).totals.total, "117.01"); // 80.00 + 32.01 + 5.00
  const given = [facts, JSON.parse(facts), Facts.load(facts), Facts.load(JSON.parse(facts))];
  for (const same of [plan, Plan.load(plan.toText()), Plan.load(plan.toJSON()), Plan.load(plan.toJSON().program)]) {
    assert.equal(same.fingerprint, plan.fingerprint);
    for (const each of given) assert.equal(same.settleJson(each), expected);
  }
});

test("writing a parsed result again gives the canonical text", () => {
  const plan = Plan.load(program);
  const entry = "commission:B/1/shoes/ana";
  assert.equal(JSON.stringify(plan.settle(facts)), plan.settleJson(facts));
  assert.equal(JSON.stringify(plan.explain(facts, entry)), plan.explainJson(facts, entry));
  assert.equal(JSON.stringify(plan.explainOrder(facts, "B")), plan.explainOrderJson(facts, "B"));
  assert.equal(JSON.stringify(plan.whyNot(facts, "B")), plan.whyNotJson(facts, "B"));
  assert.equal(JSON.stringify(plan.post(facts)), plan.postJson(facts));
  assert.equal(JSON.stringify(plan), plan.toText());
});

test("an order's explanations are those of its targets", () => {
  const plan = Plan.load(program);
  assert.deepEqual(plan.explainOrder(facts, "B"), [plan.explain(facts, "commission:B/1/shoes/ana")]);
});

test("texts of every alphabet and every escape come back as they went in", () => {
  const plan = Plan.load({ ...JSON.parse(JSON.stringify(Plan.load(program).toJSON().program)), unknown_affiliates: "accept" });
  const id = 'Zoë "\\/\b\f\n\r\t\u0000\u001f\u007f\u2028\u{1f45f} 靴';
  const document = {
    touches: [{ id, at: new Date("2026-03-09T10:00:00Z"), customer: id, affiliate: id }],
    orders: [{ id, at: "2026-03-09T12:00:00+01:00", customer: id, lines: [{ category: "shoes", amount: "10.00" }] }],
  };
  const settlement = plan.settle(document);
  assert.equal(settlement.targets[0].order, id);
  assert.equal(settlement.targets[0].amount, "1.00"); // 10 % of 10.00
  assert.equal(JSON.stringify(settlement), plan.settleJson(document));
});

test("posting books the difference and nothing twice", () => {
  const plan = Plan.load(program);
  const ledger = plan.post(facts);
  assert.deepEqual(ledger.map(({ id, amount }) => [id, amount]), [
    ["commission:A/1/shoes/ana#1", "80.00"],
    ["commission:B/1/shoes/ana#1", "32.01"],
    ["commission:C/1/shoes/ana#1", "5.00"],
  ]);
  assert.deepEqual(plan.post(facts, ledger), []);
  const refunded = JSON.parse(facts);
  refunded.refunds = [{ id: "r1", at: "2026-04-02T10:00:00Z", order: "C", amount: "20.00" }];
  const lines = ledger.map((entry) => JSON.stringify(entry)).join("\n");
  const more = plan.post(refunded, lines); // 20.00 of 50.00 is two fifths of 5.00
  assert.deepEqual(more.map(({ id, amount }) => [id, amount]), [["reversal:r1/1/shoes/ana#1", "-2.00"]]);
  assert.deepEqual(plan.post(refunded, [...ledger, ...more]), []);
  assert.throws(() => plan.post(facts, [ledger[0], ledger[0]]), (error) => error.problems[0].code === "ledger.broken");
});

test("a number where money is needed is refused, with its place", () => {
  const plan = Plan.load(program);
  assert.throws(
    () => plan.quote({ affiliate: "ana", lines: [{ category: "shoes", amount: 59.9 }] }),
    (error) => {
      assert.ok(error instanceof AffilError && error instanceof Error);
      assert.equal(error.name, "AffilError");
      assert.deepEqual(error.problems.map(({ code, path }) => [code, path]), [["money.not_text", "/lines/0/amount"]]);
      assert.match(error.message, /^money\.not_text at \/lines\/0\/amount: .*\n  hint: /);
      return true;
    },
  );
});

test("problems have a line and a column if there was a text, and only then", () => {
  const text = 'schema = "affil/1"\ncurrency = "EUR"\nzone = "UTC"\nattribution.windows.click = "30 dayz"\nrules = []\n';
  const [problem] = check(text);
  assert.equal(problem.code, "window.malformed");
  // The fourth line, after the 28 characters of `attribution.windows.click = `.
  assert.deepEqual([problem.line, problem.column], [4, 29]);
  assert.throws(() => Plan.load(text), (error) => error.message.startsWith("4:29: window.malformed at /attribution/"));
  const object = Plan.load(program).toJSON().program;
  object.attribution.windows.click = "30 dayz";
  const [same] = check(object);
  assert.equal(same.code, "window.malformed");
  assert.equal("line" in same || "column" in same, false);
});

test("check() finds everything at once, and nothing in a good program", () => {
  assert.deepEqual(check(program), []);
  const codes = check({ schema: "affil/1", currency: "EURO", zone: "Mars", attribution: { windows: {} }, rules: [] });
  const found = new Set(codes.map(({ code }) => code));
  assert.ok(found.has("currency.unknown") && found.has("zone.unknown"), [...found].join());
});

test("what is neither text nor object is a TypeError", () => {
  const plan = Plan.load(program);
  for (const wrong of [undefined, null, 7, true, () => {}]) {
    assert.throws(() => Plan.load(wrong), TypeError);
    assert.throws(() => plan.settle(wrong), TypeError);
    assert.throws(() => plan.quote(wrong), TypeError);
    assert.throws(() => plan.explain(facts, wrong), TypeError);
    assert.throws(() => check(wrong), TypeError);
  }
});

test("loaded facts serve many calls and can be let go", () => {
  const plan = Plan.load(program);
  const loaded = Facts.load(facts);
  const settlement = plan.settle(loaded);
  for (const { id, amount } of settlement.targets) assert.equal(plan.explain(loaded, id).amount, amount);
  loaded.free();
  assert.throws(() => plan.settle(loaded), Error);
  assert.equal(plan.settle(facts).totals.total, "117.01");
  plan.free();
  assert.throws(() => plan.settle(facts), Error);
});

test("loaded facts go back to what was known at an instant", () => {
  const plan = Plan.load(program);
  const given = JSON.parse(facts);
  const late = { id: "B2", at: "2026-03-31T21:59:00Z", customer: "kim", known: new Date("2026-04-15T10:00:00Z"), replaces: "B" };
  given.orders.push({ ...late, lines: [{ category: "shoes", amount: "500.05" }] });
  const loaded = Facts.load(given);
  const total = (facts) => plan.settle(facts).totals.total;
  // 10 % of 800.00, of the 200.00 that are left to 1,000 and of 50.00, and 12 % of 300.05.
  assert.equal(total(loaded), "141.01");
  assert.equal(total(loaded.asOf("2026-04-15T12:00:00+02:00")), "141.01");
  assert.equal(total(loaded.asOf(new Date("2026-04-15T09:59:59Z"))), "117.01");
  assert.equal(total(loaded.asOf("2026-03-10T10:00:00Z")), "80.00");
  assert.equal(total(loaded), "141.01");
  assert.throws(() => loaded.asOf("2026-04-15T12:00:00"), ({ problems: [{ code, path }] }) => code === "time.no_offset" && path === "/as_of");
  for (const wrong of [undefined, null, 7, {}]) assert.throws(() => loaded.asOf(wrong), TypeError);
  const nowhere = { ...given, orders: [{ ...given.orders[0], replaces: "Z" }] };
  assert.throws(() => plan.settle(nowhere), ({ problems: [{ code, path }] }) => code === "fact.replaces" && path === "/orders/0/replaces");
});

test("ten thousand settlements leave no memory behind", () => {
  const plan = Plan.load(program);
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  for (let round = 0; round < 10_000; round += 1) plan.settleJson(facts);
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
  assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes`);
});

const everything = {
  schema: "affil/1",
  currency: "EUR",
  zone: "Europe/Berlin",
  attribution: { windows: { click: "30d" } },
  conflict: "first",
  rules: [
    { id: "leads", when: { order: { action: "lead" } }, pay: { flat: "2.50", per: "action" } },
    { id: "sales", pay: { percent: "10", less: ["tax"] } },
  ],
  overrides: [{ id: "network", of: "commission", levels: ["2"] }],
  bonuses: [{ id: "fee", kind: "retainer", period: "month", from: "2026-04-01", when: { id: "ana" }, amount: "40.00" }],
};

test("actions, exchange rates, recruiters and the end of the facts", () => {
  const settlement = Plan.load(everything).settle({
    affiliates: [{ id: "ana", recruiter: "ben", joined: new Date("2026-01-01T00:00:00Z") }, { id: "ben" }],
    touches: [
      { id: "t1", at: "2026-03-09T10:00:00Z", customer: "kim", affiliate: "ana" },
      { id: "t2", at: "2026-03-09T11:00:00Z", customer: "kim", kind: "cart" },
    ],
    orders: [
      { id: "L", at: "2026-03-10T10:00:00Z", customer: "kim", action: "lead" },
      { id: "A", at: "2026-03-10T11:00:00Z", customer: "kim", currency: "USD", lines: [{ amount: "119.00", tax: "19.00" }, { amount: "-20.00" }] },
    ],
    quotes: [{ from: "USD", to: "EUR", date: "2026-03-10", rate: "0.92" }],
    until: new Date("2026-03-31T22:00:00Z"), // the beginning of April in Berlin
  });
  // 10 % of (119 - 19) × 0.92 = 92.00; of -20 × 0.92 = -18.40; 2 % of each, half to even.
  assert.deepEqual(settlement.targets.map(({ id, amount }) => [id, amount]), [
    ["commission:L/1/leads/ana", "2.50"],
    ["override:L/1/network/ana/ben", "0.05"],
    ["commission:A/1/sales/ana", "9.20"],
    ["commission:A/2/sales/ana", "-1.84"],
    ["override:A/1/network/ana/ben", "0.18"],
    ["override:A/2/network/ana/ben", "-0.04"],
    ["bonus:fee/ana/2026-04-01", "40.00"],
  ]);
  assert.equal(settlement.targets[1].source, "ana");
  assert.equal(settlement.targets[6].occasion, "2026-04-01");
  const { overrides, bonuses, total } = settlement.totals;
  assert.deepEqual([overrides, bonuses, total], ["0.19", "40.00", "50.05"]);
});

test("numbers are no rates, no parts of amounts and no instants", () => {
  const quote = { from: "USD", to: "EUR", date: "2026-03-10" };
  const order = { id: "A", at: "2026-03-10T10:00:00Z", customer: "kim" };
  for (const [facts, code, path] of [
    [{ quotes: [{ ...quote, rate: 0.92 }] }, "rate.not_text", "/quotes/0/rate"],
    [{ orders: [{ ...order, lines: [{ amount: "5.00", tax: 0.8 }] }] }, "money.not_text", "/orders/0/lines/0/tax"],
    [{ quotes: [{ ...quote, date: new Date(0), rate: "0.92" }] }, "date.malformed", "/quotes/0/date"],
    [{ until: 0 }, "document.wrong_type", "/until"],
    [{ orders: [{ ...order, action: "lead", lines: [{ amount: "5.00" }] }] }, "order.lines", "/orders/0/lines"],
  ]) {
    assert.throws(() => Facts.load(facts), ({ problems }) => {
      assert.deepEqual(problems.map((problem) => [problem.code, problem.path]), [[code, path]]);
      return true;
    });
  }
});

test("a plan warns, and settles all the same", () => {
  assert.deepEqual(Plan.load(program).lint(), []);
  const cliff = { ...everything, tiers: [{ id: "t", mode: "whole", rules: ["sales"], steps: [{ from: "10000.00", percent: "25" }] }] };
  assert.deepEqual(check(cliff), []);
  const warnings = Plan.load(cliff).lint();
  assert.ok(warnings.some(({ code, severity, path }) => code === "lint.cliff" && severity === "warning" && path === "/tiers/0/steps/0"));
  assert.equal(Plan.load(cliff).settle({}).totals.total, "0.00");
});

test("variants, however they are given", () => {
  const plan = Plan.load(program);
  const set = { "rules/shoes/pay/percent": "11" };
  const other = plan.with(set);
  // 800.00 and 200.00 of 300.05 at 11 %: 10.00 more; the rest of B is at the step's 12 %. 0.50 more for C.
  for (const variant of [other, other.toText(), { name: "x", program: other }, { program: other.toJSON().program }, { set }]) {
    const [{ difference, steps }] = plan.whatIf(facts, [variant]).variants;
    assert.equal(difference, "10.50");
    assert.deepEqual(steps, []);
    assert.equal(plan.because(facts, variant)[0].text, "10.50 EUR more: `shoes` pays 11 % instead of 10 %");
  }
  const found = plan.whatIf(facts, [{ grid: { "rules/shoes/pay/percent": ["10", "11"] } }]);
  assert.deepEqual(found.variants.map(({ name }) => name), ["rules/shoes/pay/percent = 10", "rules/shoes/pay/percent = 11"]);
  assert.equal(JSON.stringify(found), plan.whatIfJson(facts, [{ grid: { "rules/shoes/pay/percent": ["10", "11"] } }]));
  assert.equal(plan.because(facts, other, "nobody")[0].difference, "0.00");
});

test("an override that leads nowhere, and a float", () => {
  const plan = Plan.load(program);
  const refused = (set) => {
    try {
      plan.with(set);
    } catch (error) {
      assert.ok(error instanceof AffilError);
      return error.problems[0];
    }
  };
  assert.equal(refused({ "rules/shoe/pay/percent": "11" }).hint, "did you mean `shoes`?");
  assert.equal(refused({ "rules/shoes/pay/percent": 0.11 }).code, "rate.not_text");
});
