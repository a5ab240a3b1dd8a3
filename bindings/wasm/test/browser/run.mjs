// Runs the test pages of this folder in headless Chromium: every *.html file is one.
// Usage: AFFIL_CHROMIUM=… AFFIL_TEST_PACKAGE=… node run.mjs [page.html …]

import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { runPage, withBrowser } from "./page.mjs";
import { serve } from "./server.mjs";

const folder = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { AFFIL_CHROMIUM: executable, AFFIL_TEST_PACKAGE: testPackage } = process.env;
if (!executable || !testPackage) {
  console.error("AFFIL_CHROMIUM and AFFIL_TEST_PACKAGE must be set: run `cargo xtask test --only browser`");
  process.exit(2);
}

const named = process.argv.slice(2);
const pages = named.length > 0 ? named : (await readdir(folder("."))).filter((name) => name.endsWith(".html")).sort();
const vectors = folder("../../../../vectors");
const server = await serve(
  {
    "/affil/": folder("../../pkg"),
    "/test-package/": testPackage,
    "/vectors/": vectors,
    "/shared/": folder("../shared"),
    "/": folder("."),
  },
  {
    "/vectors/list.json": (await readdir(vectors, { recursive: true }))
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".json"))
      .sort(),
  },
);

let passed = 0;
let failed = 0;
try {
  await withBrowser(executable, async (context) => {
    for (const page of pages) {
      const report = await runPage(context, `${server.origin}/${page}`);
      console.log(`${page}: ${report.passed.length} passed, ${report.failed.length} failed`);
      for (const { name, why } of report.failed) console.log(`  FAILED ${name}: ${why}`);
      passed += report.passed.length;
      failed += report.failed.length;
      // A page that loads and tests nothing must not look like one that passed.
      if (report.passed.length + report.failed.length === 0) {
        console.log(`  FAILED ${page}: reported no test`);
        failed += 1;
      }
    }
  });
} finally {
  server.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || pages.length === 0 ? 1 : 0;
