// Tests inside a page: collects what passed and failed where the runner looks for it.
// It must never know what is tested.

const tests = [];

/** Adds a test; it fails by throwing. */
export function test(name, work) {
  tests.push({ name, work });
}

/** Throws, with both values, unless they are the same. */
export function equal(actual, expected) {
  if (!Object.is(actual, expected)) throw new Error(`got ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** Answers what the call throws; throws if it does not. */
export function thrown(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Runs the tests in order and hands the report to the runner. */
export async function run() {
  const report = { passed: [], failed: [] };
  for (const { name, work } of tests) {
    try {
      await work();
      report.passed.push(name);
    } catch (error) {
      report.failed.push({ name, why: String(error?.stack ?? error) });
    }
  }
  globalThis.affilReport = report;
}
