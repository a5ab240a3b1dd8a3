// A small year in the books: orders, a refund, a declined order, payouts, one that failed; every month booked, closed, stated.
// Figures are worked by hand where tests name them.

const PROGRAM = {
  schema: "affil/1",
  currency: "EUR",
  zone: "Europe/Berlin",
  attribution: { windows: { click: "30d" } },
  rules: [{ id: "all", pay: { percent: "10" } }],
  lifecycle: { lock: "fixed_day", day: 10 },
  payouts: [{ id: "all", minimum: "50.00", reserve: { percent: "10", lasts: "3mo" } }],
};

const two = (number) => String(number).padStart(2, "0");

/** Ana sells for 1,000.00 in January, 1,100.00 in February and so on; ben sells twice. */
function facts() {
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const sale = (id, month, customer, amount) => ({ id, at: `2026-${two(month)}-05T10:00:00Z`, customer, lines: [{ amount }] });
  const touch = (id, month, customer, affiliate) => ({ id, at: `2026-${two(month)}-04T10:00:00Z`, customer, affiliate });
  return {
    affiliates: [{ id: "ana" }, { id: "ben" }],
    touches: [
      ...months.map((month) => touch(`a${month}`, month, `kim${month}`, "ana")),
      touch("b1", 3, "lou", "ben"),
      touch("b2", 8, "lou", "ben"),
    ],
    orders: [
      ...months.map((month) => sale(`A${month}`, month, `kim${month}`, `${900 + 100 * month}.00`)),
      sale("B1", 3, "lou", "30.00"),
      sale("B2", 8, "lou", "700.00"),
    ],
    // A quarter of March's 1,200.00 came back in June, and May's order was declined in time.
    refunds: [{ id: "R", at: "2026-06-20T10:00:00Z", order: "A3", amount: "300.00" }],
    reviews: [{ id: "V", at: "2026-06-01T10:00:00Z", orders: ["A5"], decision: "decline", reason: "returned" }],
    payouts: [],
    confirmations: [],
  };
}

/** The whole year: what was known at its end, the ledger, and all statements as they were handed out. */
export function year({ Facts, Plan, close }) {
  const plan = Plan.load(PROGRAM);
  const document = facts();
  const asOf = (at) => Facts.load(document).asOf(at);
  const ledger = [];
  const statements = [];
  for (let number = 1; number <= 12; number += 1) {
    const [month, day] = [`2026-${two(number)}`, `2026-${two(number)}-15`];
    const { payouts } = plan.payouts(document, `${day}T12:00:00Z`);
    for (const { payout } of payouts) {
      document.payouts.push(payout);
      const outcome = number === 9 ? "failed" : "paid";
      document.confirmations.push({ id: `${payout.id}!`, at: `2026-${two(number)}-17T12:00:00Z`, payout: payout.id, outcome });
    }
    const end = asOf(new Date(Date.UTC(2026, number, 1, number < 3 || number > 9 ? -1 : -2) - 1));
    ledger.push(...plan.post(end, ledger), ...close(ledger, month));
    statements.push(...plan.statements(end, ledger, month, statements));
  }
  // What the last statements were made with.
  return { plan, document, facts: asOf(statements.at(-1).until), ledger, statements };
}

/** The statements of an affiliate, by month. */
export const of = (affiliate, { statements }) => statements.filter((statement) => statement.affiliate === affiliate);
