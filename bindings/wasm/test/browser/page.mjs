// Opens a test page in headless Chromium and answers what the page reported.
// It must never know what the page tests.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

// No profile, no updates, nothing that talks to the outside.
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts the browser with an empty profile, hands it to `work`, and leaves nothing behind.
 */
export async function withBrowser(executablePath, work) {
  const profile = await mkdtemp(join(tmpdir(), "affil-browser-"));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: FLAGS });
  try {
    return await work(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Opens one page and waits until its tests are done.
 * Answers `{ passed: string[], failed: { name, why }[] }`; whatever the page threw or the policy refused counts as failed.
 */
export async function runPage(context, address, { seconds = 120 } = {}) {
  const page = await context.newPage();
  const failed = [];
  page.on("pageerror", (error) => failed.push({ name: "page error", why: String(error.stack ?? error) }));
  page.on("console", (message) => {
    if (message.type() === "error") failed.push({ name: "console error", why: message.text() });
  });
  page.on("requestfailed", (request) => failed.push({ name: "request failed", why: request.url() }));
  try {
    await page.goto(address);
    await page.waitForFunction(() => globalThis.affilReport !== undefined, undefined, { timeout: seconds * 1000 });
    const report = await page.evaluate(() => globalThis.affilReport);
    return { passed: report.passed, failed: [...failed, ...report.failed] };
  } catch (error) {
    return { passed: [], failed: [...failed, { name: "no report", why: String(error) }] };
  } finally {
    await page.close();
  }
}
