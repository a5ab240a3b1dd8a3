// The cart with json-rules-engine: its rules choose the rate of a line, what remains is done by hand in whole cents.
// It must never know another plan.

import { Engine } from "json-rules-engine";

import { BONUS, halfEven, main, ORDER_CAP, STEPS } from "./carts.mjs";

function prepare(rates) {
  const engine = new Engine();
  rates.forEach((rate, category) => {
    const conditions = { all: [{ fact: "category", operator: "equal", value: category }] };
    if (rate !== null) engine.addRule({ conditions, event: { type: "rate", params: { rate } } });
  });
  return async ({ mtd, new_customer, lines }) => {
    let sold = mtd;
    let bonus = new_customer ? BONUS : 0;
    let total = 0;
    const paid = [];
    for (const { category, quantity, price } of lines) {
      const { events } = await engine.run({ category });
      if (events.length === 0) {
        paid.push(0);
        continue;
      }
      const sale = quantity * price;
      const after = sold + sale;
      let raw = sale * events[0].params.rate;
      for (const [start, more] of STEPS) if (after > start) raw += more * (after - Math.max(sold, start));
      const amount = halfEven(raw, 10_000) + bonus;
      sold = after;
      bonus = 0;
      total += amount;
      paid.push(amount);
    }
    if (total <= ORDER_CAP) return [paid, total];
    let before = 0;
    for (const [at, amount] of paid.entries()) {
      const after = before + amount;
      paid[at] = Math.floor((ORDER_CAP * after) / total) - Math.floor((ORDER_CAP * before) / total);
      before = after;
    }
    return [paid, ORDER_CAP];
  };
}

const notes = "rules only choose the rates";
await main("json-rules-engine", { prepare, own: (cart) => cart, cents: (amount) => amount, notes });
