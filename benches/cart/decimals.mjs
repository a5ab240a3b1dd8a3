// The cart with one of three libraries of decimals, whose ways of adding and multiplying have the same names.
// It must never know another plan.

import Big from "big.js";
import BigNumber from "bignumber.js";
import Decimal from "decimal.js-light";

import { BONUS, main, name, ORDER_CAP, STEPS } from "./carts.mjs";

const LIBRARIES = {
  "big.js": {
    of: (value) => new Big(value),
    even: (amount) => amount.round(2, Big.roundHalfEven),
    divide: (a, b) => a.div(b),
  },
  "bignumber.js": {
    of: (value) => new BigNumber(value),
    even: (amount) => amount.decimalPlaces(2, BigNumber.ROUND_HALF_EVEN),
    divide: (a, b) => a.div(b),
  },
  "decimal.js-light": {
    of: (value) => new Decimal(value),
    even: (amount) => amount.toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN),
    // Its quotients have significant digits, not places; the whole quotient of hundredths is what is wanted.
    divide: (a, b) => a.times(100).idiv(b).times(CENT),
  },
};

const CENT = new Decimal("0.01");
const { of, even, divide } = LIBRARIES[name];
const money = (cents) => of(cents).div(100);
const ZERO = of(0);

function own({ mtd, new_customer, lines }) {
  return {
    mtd: money(mtd),
    new_customer,
    lines: lines.map(({ category, quantity, price }) => ({ category, quantity, price: money(price) })),
  };
}

function prepare(points) {
  const rates = points.map((one) => (one === null ? null : of(one).div(10_000)));
  const steps = STEPS.map(([start, more]) => [money(start), of(more).div(10_000)]);
  const extra = money(BONUS);
  const cap = money(ORDER_CAP);
  quotientsAreCents();
  return ({ mtd, new_customer, lines }) => {
    let sold = mtd;
    let bonus = new_customer;
    let total = ZERO;
    const paid = lines.map(({ category, quantity, price }) => {
      const rate = rates[category];
      if (rate === null) return ZERO;
      const sale = price.times(quantity);
      const after = sold.plus(sale);
      let raw = sale.times(rate);
      for (const [start, more] of steps) {
        if (after.gt(start)) raw = raw.plus(after.minus(sold.gt(start) ? sold : start).times(more));
      }
      let amount = even(raw);
      if (bonus) amount = amount.plus(extra);
      bonus = false;
      sold = after;
      total = total.plus(amount);
      return amount;
    });
    if (!total.gt(cap)) return [paid, total];
    let before = ZERO;
    let shared = ZERO;
    for (const [at, amount] of paid.entries()) {
      before = before.plus(amount);
      const upto = divide(cap.times(before), total);
      paid[at] = upto.minus(shared);
      shared = upto;
    }
    return [paid, cap];
  };
}

/** Rates and prices are quotients as well: from here on two places, rounded down, are all that is asked of one. */
function quotientsAreCents() {
  Big.DP = 2;
  Big.RM = Big.roundDown;
  BigNumber.config({ DECIMAL_PLACES: 2, ROUNDING_MODE: BigNumber.ROUND_DOWN });
}

await main(name, { prepare, own, cents: (amount) => Number(amount.times(100).toString()) });
