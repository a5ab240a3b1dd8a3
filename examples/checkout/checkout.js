// A cart that shows what it would pay the affiliate, while it changes.

import { AffilError, Plan, init, version } from "./affil/index.js";
import { MOST, PRODUCTS, lines, text } from "./products.js";

const quantities = { boots: 1, wax: 1, map: 0, gift: 0 };

// The rules of program.toml and the reasons of affil, for people.
const RULES = {
  "shoes": "shoes: 10\u00a0%, above the step 12\u00a0%",
  "care": "care products: 5\u00a0%",
  "coupon": "with a coupon: 4\u00a0%",
  "new-customer": "new customer: 5.00 an order",
};
const REASONS = { excluded: "excluded: gift cards never pay", no_rule: "no rule pays for this" };

const find = (id) => document.getElementById(id);
const bought = () => PRODUCTS.filter(({ sku }) => quantities[sku] > 0);

await init();
const plan = Plan.load(await (await fetch("plan.json")).text());

find("version").textContent = version();
find("plan").textContent = plan.fingerprint.slice(0, 8);
find("products").append(...PRODUCTS.map(row));
for (const id of ["new-customer", "coupon"]) find(id).addEventListener("change", show);
find("so-far").addEventListener("input", show);
find("order").addEventListener("click", order);
show();

/** A product of the cart with its quantity. */
function row(product) {
  const item = find("product").content.cloneNode(true);
  const field = item.querySelector("input");
  const [less, more] = [item.querySelector(".less"), item.querySelector(".more")];
  const set = (quantity) => {
    quantities[product.sku] = Math.min(Math.max(quantity, 0), MOST);
    less.disabled = quantities[product.sku] === 0;
    more.disabled = quantities[product.sku] === MOST;
    show();
  };
  item.querySelector(".name").textContent = product.name;
  item.querySelector(".kind").textContent = product.category.replace("_", " ");
  item.querySelector(".price").textContent = text(product.cents);
  less.setAttribute("aria-label", `One ${product.name} less`);
  more.setAttribute("aria-label", `One ${product.name} more`);
  less.disabled = quantities[product.sku] === 0;
  field.id = `quantity-${product.sku}`;
  field.setAttribute("aria-label", `Quantity of ${product.name}`);
  field.value = quantities[product.sku];
  for (const [button, step] of [[less, -1], [more, 1]]) {
    button.addEventListener("click", () => {
      set(quantities[product.sku] + step);
      field.value = quantities[product.sku];
    });
  }
  field.addEventListener("input", () => set(/^\d{1,2}$/.test(field.value.trim()) ? Number(field.value) : 0));
  field.addEventListener("blur", () => (field.value = quantities[product.sku]));
  return item;
}

/** The cart as affil takes it. */
function cart() {
  return {
    affiliate: "ana",
    kind: find("coupon").checked ? "coupon" : "click",
    new_customer: find("new-customer").checked,
    so_far: find("so-far").value.trim(),
    lines: lines(bought().map((product) => [product, quantities[product.sku]])),
  };
}

/** Shows what the cart pays now, or what is wrong with it. */
function show() {
  const cents = PRODUCTS.reduce((sum, product) => sum + product.cents * quantities[product.sku], 0);
  find("answer").textContent = "";
  find("sum").textContent = `${text(cents)} EUR`;
  try {
    showQuote(plan.quote(cart()));
    showProblem("");
  } catch (error) {
    if (!(error instanceof AffilError)) throw error;
    const [{ message, hint }] = error.problems;
    find("payout").textContent = "—";
    find("quote").hidden = true;
    find("order").disabled = true;
    showProblem(`${message}: ${hint}`);
  }
}

/** Sends the order with the quote that is shown; the server quotes by itself and says whether it agrees. */
async function order() {
  const { total } = plan.quote(cart());
  const items = bought().map(({ sku }) => ({ sku, quantity: quantities[sku] }));
  const body = { items, coupon: find("coupon").checked, quote: { total, plan: plan.fingerprint } };
  const headers = { "Content-Type": "application/json" };
  const told = await (await fetch("order", { method: "POST", headers, body: JSON.stringify(body) })).json();
  find("answer").textContent = told.total === undefined ? told.answer : `${told.answer}: ${told.total} EUR`;
}

function showQuote({ total, currency, lines }) {
  find("payout").textContent = `${total} ${currency}`;
  find("lines").replaceChildren(...lines.map(quoteLine));
  find("quote").hidden = lines.length === 0;
  find("order").disabled = lines.length === 0;
}

/** One line of the quote: what it pays, by which rules, or why it pays nothing. */
function quoteLine({ id, amount, commissions, reason }) {
  const line = element("tr", "", reason === undefined ? "" : "unpaid");
  line.dataset.line = id;
  const head = element("th", PRODUCTS.find(({ sku }) => sku === id).name);
  head.scope = "row";
  const why = element("td", reason === undefined ? "" : REASONS[reason]);
  for (const { rule, amount: part } of commissions) {
    why.append(element("div", commissions.length > 1 ? `${part} · ${RULES[rule]}` : RULES[rule]));
  }
  line.append(head, why, element("td", amount, "amount"));
  return line;
}

function element(name, content, className = "") {
  return Object.assign(document.createElement(name), { textContent: content, className });
}

function showProblem(said) {
  find("so-far-problem").textContent = said;
  find("so-far").setAttribute("aria-invalid", String(said !== ""));
}
