// Opens the statement page of the year in headless Chromium, as it was written and with one digit changed.
// Run by `cargo xtask test --only year`.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { withBrowser } from "../../bindings/wasm/test/browser/page.mjs";

const { AFFIL_CHROMIUM: executable, AFFIL_YEAR: year } = process.env;
assert.ok(executable && year, "AFFIL_CHROMIUM or AFFIL_YEAR is not set: run `cargo xtask test --only year`");

let html;
let statement;
let chain;
let folder;

before(async () => {
  const written = join(year, "statements");
  const files = (await readdir(written)).sort();
  const read = (file) => readFile(join(written, file), "utf8");
  html = await read(files.find((file) => file.endsWith(".html")));
  chain = await Promise.all(files.filter((file) => file.endsWith(".json")).map(async (file) => JSON.parse(await read(file))));
  statement = chain.at(-1);
  folder = await mkdtemp(join(tmpdir(), "affil-statement-"));
});

after(() => rm(folder, { recursive: true, force: true }));

/** What the page says when it has checked itself, from a file as an affiliate would open it. */
async function opened(text) {
  const file = join(folder, "statement.html");
  await writeFile(file, text);
  return await withBrowser(executable, async (context) => {
    const page = await context.newPage();
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => document.querySelector("#verdict.good, #verdict.bad"), undefined, { timeout: 60_000 });
    const verdict = page.locator("#verdict");
    const rows = await page.locator("section tr").count();
    return { kind: await verdict.getAttribute("class"), words: await verdict.innerText(), rows, requests };
  });
}

/** The page with one piece of its last statement changed. */
function changed(before, now) {
  const start = html.indexOf('"month":"1997-12"', html.indexOf('id="statements"'));
  const at = html.indexOf(before, start);
  assert.ok(start > 0 && at > start, `${before} is not in the page`);
  return html.slice(0, at) + now + html.slice(at + before.length);
}

test("the page computes every amount again, and loads nothing", async () => {
  const { kind, words, rows, requests } = await opened(html);
  assert.equal(kind, "good", words);
  const entries = chain.reduce((sum, { entries }) => sum + entries.length, 0);
  assert.match(words, new RegExp(`^Checked in your browser.*\\n${entries} entries in 12 statements in one chain`, "s"));
  // The head, what was owed before and after, and a row for each entry.
  assert.equal(rows, statement.entries.length + 3);
  assert.deepEqual(requests.slice(1), []);
});

test("one digit of an amount changed, and the page says which", async () => {
  const entry = statement.entries.findIndex(({ kind, now }) => kind === "commission" && now !== "0.00");
  const { target, now } = statement.entries[entry];
  const wrong = now.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  const piece = html.slice(html.indexOf(`"target":"${target}"`));
  const text = piece.slice(0, piece.indexOf(`"now":"${now}"`) + `"now":"${now}"`.length);
  const { kind, words } = await opened(changed(text, text.replace(`"now":"${now}"`, `"now":"${wrong}"`)));
  assert.equal(kind, "bad");
  assert.match(words, /^This statement does not hold/);
  assert.ok(words.includes(`1997-12, entries/${entry}/`), words);
});

test("a digit of the closing balance, and of the hash", async () => {
  for (const key of ["closing", "hash"]) {
    const text = `"${key}":"${statement[key]}"`;
    const wrong = text.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10));
    assert.notEqual(wrong, text);
    const { kind, words } = await opened(changed(text, wrong));
    assert.equal(kind, "bad", words);
    assert.match(words, /does not hold/);
  }
});
