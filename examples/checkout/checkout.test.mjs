// Clicks through the page in headless Chromium; every figure is worked by hand in the comments.
// Run by `cargo xtask test --only browser`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { withBrowser } from "../../bindings/wasm/test/browser/page.mjs";
import { serve } from "./serve.mjs";

const executable = process.env.AFFIL_CHROMIUM;
assert.ok(executable, "AFFIL_CHROMIUM is not set: run `cargo xtask test --only browser`");

let server;
let page;
let close;
const errors = [];

before(async () => {
  server = await serve(0);
  await new Promise((open, fail) => {
    withBrowser(executable, async (context) => {
      page = await context.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.locator("#lines tr").first().waitFor();
      await new Promise((done) => {
        close = done;
        open();
      });
    }).catch(fail);
  });
});

after(async () => {
  close?.();
  server?.closeAllConnections();
  server?.close();
});

const payout = () => page.locator("#payout").textContent();
const line = async (sku) => (await page.locator(`[data-line=${sku}] td`).allTextContents()).join(" | ");
const more = (name) => page.getByRole("button", { name: `One ${name} more` }).click();

test("the compiled plan is what the program says", () => {
  const script = fileURLToPath(new URL("compile.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("boots over the step, and wax", async () => {
  // 129.90 after 950.00: 50.00 at 10 % = 5.00 and 79.90 at 12 % = 9.588, together 14.588, so 14.59.
  // 5 % of 11.95 = 0.5975, so 0.60.
  assert.equal(await payout(), "15.19 EUR");
  assert.match(await line("boots"), / \| 14\.59$/);
  assert.match(await line("wax"), / \| 0\.60$/);
  assert.equal(await page.locator("#sum").textContent(), "141.85 EUR"); // 129.90 + 11.95
});

test("lines that pay nothing say why", async () => {
  await more("Trail map");
  await more("Gift card");
  assert.equal(await payout(), "15.19 EUR");
  assert.equal(await line("map"), "no rule pays for this | 0.00");
  assert.equal(await line("gift"), "excluded: gift cards never pay | 0.00");
});

test("a new customer pays 5.00 once an order", async () => {
  await page.getByLabel("First order of this customer").check();
  assert.equal(await payout(), "20.19 EUR"); // 15.19 + 5.00
  assert.match(await line("boots"), /^14\.59 · shoes: .*5\.00 · new customer: 5\.00 an order \| 19\.59$/);
});

test("a coupon pays less, and its rule is on no ladder", async () => {
  await page.getByLabel("Came with Ana’s coupon").check();
  // 4 % of 129.90 = 5.196, so 5.20; 4 % of 11.95 = 0.478, so 0.48; and 5.00 for the new customer.
  assert.equal(await payout(), "10.68 EUR");
  await page.getByLabel("Came with Ana’s coupon").uncheck();
  await page.getByLabel("First order of this customer").uncheck();
  assert.equal(await payout(), "15.19 EUR");
});

test("the payout follows every key", async () => {
  const soFar = page.getByLabel("Ana’s shoe sales this month, before this cart");
  await soFar.fill("0");
  assert.equal(await payout(), "13.59 EUR"); // 10 % of 129.90 = 12.99, and 0.60
  await soFar.pressSequentially("."); // "0." is no amount
  assert.equal(await payout(), "—");
  assert.match(await page.getByRole("alert").textContent(), /`0\.` is not/);
  assert.equal(await soFar.getAttribute("aria-invalid"), "true");
  await soFar.fill("1000.00");
  assert.equal(await payout(), "16.19 EUR"); // exactly on the step: 12 % of 129.90 = 15.588, so 15.59, and 0.60
  assert.equal(await page.locator("#so-far-problem").textContent(), "");
  assert.equal(await soFar.getAttribute("aria-invalid"), "false");
});

test("quantities by button and by key", async () => {
  await more("Trail boots");
  assert.equal(await payout(), "31.78 EUR"); // 12 % of 259.80 = 31.176, so 31.18, and 0.60
  await page.getByLabel("Quantity of Trail boots").fill("0");
  assert.equal(await payout(), "0.60 EUR");
  await page.getByRole("button", { name: "One Leather wax less" }).click();
  assert.equal(await payout(), "0.00 EUR");
  assert.equal(await page.getByRole("button", { name: "One Leather wax less" }).isDisabled(), true);
});

test("everything can be reached and named without eyes and without a mouse", async () => {
  for (const control of await page.locator("main button, main input").all()) {
    const named = await control.evaluate((element) => element.ariaLabel || element.labels?.[0]?.textContent.trim());
    assert.ok(named, await control.evaluate((element) => element.outerHTML));
  }
  assert.equal(await page.locator("#payout").getAttribute("aria-live"), "polite");
});

const plan = async () => JSON.parse(await readFile(new URL("plan.json", import.meta.url), "utf8")).fingerprint;
const post = async (body, headers = { "Content-Type": "application/json" }) => {
  const address = `http://127.0.0.1:${server.address().port}/order`;
  const response = await fetch(address, { method: "POST", headers, body });
  return [response.status, await response.json()];
};

test("the server quotes again: what the page says of new customers and sales is not believed", async () => {
  const order = page.getByRole("button", { name: "Order" });
  const answer = async (wanted) => {
    await order.click();
    await page.getByText(wanted).waitFor();
  };
  await page.reload();
  await page.locator("#lines tr").first().waitFor();
  await answer("agreed: 15.19 EUR");
  await page.getByLabel("First order of this customer").check(); // the page shows 20.19
  await answer("other amount: 15.19 EUR");
  await page.getByLabel("First order of this customer").uncheck();
  await page.getByLabel("Ana’s shoe sales this month, before this cart").fill("1000.00"); // the page shows 16.19
  await answer("other amount: 15.19 EUR");
  await page.getByLabel("Came with Ana’s coupon").check();
  await answer("agreed: 5.68 EUR"); // 5.20 and 0.48; a coupon is on no ladder
});

test("an order from anybody is compared, not believed", async () => {
  const order = { items: [{ sku: "boots", quantity: 1 }], coupon: false, quote: { total: "14.59", plan: await plan() } };
  const sent = (changes) => post(JSON.stringify({ ...order, ...changes }));
  const holds = { total: "14.59", plan: await plan() };
  assert.deepEqual(await sent({}), [200, { answer: "agreed", ...holds }]);
  for (const total of ["9999.00", "14.590", "-14.59"]) {
    assert.deepEqual(await sent({ quote: { ...order.quote, total } }), [200, { answer: "other amount", ...holds }]);
  }
  assert.deepEqual(await sent({ quote: { total: "14.59", plan: "0".repeat(64) } }), [200, { answer: "other plan", ...holds }]);
});

test("what is no order is refused", async () => {
  const quote = { total: "14.59", plan: await plan() };
  const order = (changes) => JSON.stringify({ items: [{ sku: "boots", quantity: 1 }], coupon: false, quote, ...changes });
  const bad = [
    "", "{", "null", "[]", "7", Buffer.from([0xff]), `${order()}x`,
    order({ affiliate: "eve" }), // who earns is not the page's to say
    order({ so_far: "100000.00" }),
    order({ items: [{ sku: "boots", quantity: 1, amount: "9999.00" }] }), // nor are prices
    order({ items: [] }), order({ items: {} }), order({ coupon: "yes" }), order({ quote: null }),
    order({ quote: { ...quote, total: 14.59 } }),
    order({ items: [{ sku: "boots", quantity: 1 }, { sku: "boots", quantity: 1 }] }),
    ...["tank", "__proto__", null].map((sku) => order({ items: [{ sku, quantity: 1 }] })),
    ...[0, -1, 1.5, 100, 1e21, "1", null].map((quantity) => order({ items: [{ sku: "boots", quantity }] })),
    order().replace('"coupon"', '"__proto__"'),
    "[".repeat(4000),
  ];
  for (const body of bad) {
    const [status, { answer }] = await post(body);
    assert.deepEqual([status, answer], [400, "malformed"], String(body));
  }
  assert.equal((await post(order({ note: "x".repeat(5000) })))[0], 413);
  assert.equal((await post(order(), { "Content-Type": "text/plain" }))[0], 415);
});

test("it fits a telephone", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0);
});

test("nothing was refused by the page's policy and nothing failed", () => {
  assert.deepEqual(errors, []);
});
