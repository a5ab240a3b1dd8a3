// The cart with Dinero: amounts that know their currency and scale.
// It must never know another plan.

import { add, dinero, greaterThan, halfEven, maximum, multiply, subtract, toSnapshot, transformScale } from "dinero.js";
import { USD } from "dinero.js/currencies";

import { BONUS, main, ORDER_CAP, STEPS } from "./carts.mjs";

const money = (cents) => dinero({ amount: cents, currency: USD });
const ZERO = money(0);

function own({ mtd, new_customer, lines }) {
  return {
    mtd: money(mtd),
    new_customer,
    lines: lines.map(({ category, quantity, price }) => ({ category, quantity, price: money(price) })),
  };
}

function prepare(points) {
  const rates = points.map((one) => (one === null ? null : { amount: one, scale: 4 }));
  const steps = STEPS.map(([start, more]) => [money(start), { amount: more, scale: 4 }]);
  const extra = money(BONUS);
  const cap = money(ORDER_CAP);
  return ({ mtd, new_customer, lines }) => {
    let sold = mtd;
    let bonus = new_customer;
    let total = ZERO;
    const paid = lines.map(({ category, quantity, price }) => {
      const rate = rates[category];
      if (rate === null) return ZERO;
      const sale = multiply(price, quantity);
      const after = add(sold, sale);
      let raw = multiply(sale, rate);
      for (const [start, more] of steps) {
        if (greaterThan(after, start)) raw = add(raw, multiply(subtract(after, maximum([sold, start])), more));
      }
      let amount = transformScale(raw, 2, halfEven);
      if (bonus) amount = add(amount, extra);
      bonus = false;
      sold = after;
      total = add(total, amount);
      return amount;
    });
    if (!greaterThan(total, cap)) return [paid, total];
    // Dinero does not divide, and its `allocate` hands out what is left over differently: so in whole cents.
    const whole = toSnapshot(total).amount;
    let before = 0;
    let shared = 0;
    for (const [at, amount] of paid.entries()) {
      before += toSnapshot(amount).amount;
      const upto = Math.floor((ORDER_CAP * before) / whole);
      paid[at] = money(upto - shared);
      shared = upto;
    }
    return [paid, cap];
  };
}

await main("dinero.js", { prepare, own, cents: (amount) => toSnapshot(amount).amount });
