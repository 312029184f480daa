import { existsSync, readFileSync } from 'node:fs';

/** The part of Jest's JSON result that is counted (`npm test -- --json --outputFile=FILE`). */
interface JestResult {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * `node tools/ci/print-totals.ts FILE`: prints `N passed, N failed, N skipped`. Exits 1 unless
 * every test ran and passed: a suite that could not start counts as one failure, and a run
 * without tests, or with skipped ones, is none.
 */
const file = process.argv[2] ?? '';
const result = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestResult) : null;
const passed = result?.numPassedTests ?? 0;
const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
const isGreen = result?.success === true && passed > 0 && failed === 0 && skipped === 0;
process.exitCode = isGreen ? 0 : 1;
