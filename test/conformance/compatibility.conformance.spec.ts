import fc from 'fast-check';
import { compareSchemas } from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';
import { ajvAccepts } from '../../tools/contracts/ajv-accepts.js';
import { sampleDocument } from './sample-documents.js';
import { schemaPair } from './schema-pairs.js';
import { seededRandom } from '../../tools/support/seeded-random.ts';
import { smallWorlds } from './small-worlds.js';
import type {
  Accepts,
  Json,
  JsonSchema,
  Verdict,
} from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';

const pairsInCi = 3_000;
const pairsInLongRun = 100_000;
const documentsPerPair = 12;
const { SIGNALBOX_LONG, SIGNALBOX_SCHEMA_PAIRS, SIGNALBOX_SEED } = process.env;
const isLong = SIGNALBOX_LONG === '1';
const pairs = Number(SIGNALBOX_SCHEMA_PAIRS ?? (isLong ? pairsInLongRun : pairsInCi));
const isMore = pairs > pairsInCi;
/** Fixed where a build must not fail by chance, new each time where one looks for faults. */
const seed = Number(SIGNALBOX_SEED ?? (isMore ? Date.now() % 2 ** 31 : 20_260_101));

const hardKeywords = /"(?:pattern|patternProperties|not|if)":/;

describe('the compatibility checker, held against Ajv', () => {
  it(
    `is never contradicted by a document (${pairs} pairs, seed ${seed})`,
    () => {
      const tally = new Tally();
      const accepts = ajvAccepts();
      fc.assert(
        fc.property(schemaPair, fc.nat(), ([old, next], documentSeed) => {
          if (!compiles(old, accepts) || !compiles(next, accepts)) return;
          const startedAt = performance.now();
          const verdict = compareSchemas([old], next, 'backward', accepts);
          tally.count(verdict, [old, next], performance.now() - startedAt);
          expectNoContradiction(verdict, old, next, documentSeed, accepts);
        }),
        { numRuns: pairs, seed },
      );
      if (isMore) tally.print();
      expect(tally.shareOf('compatible')).toBeGreaterThan(0.2);
      expect(tally.shareOf('incompatible')).toBeGreaterThan(0.2);
      expect(tally.unknownShareOfPlain).toBeLessThan(0.1);
    },
    isMore ? 7_200_000 : 120_000,
  );
});

describe('the compatibility checker, held against all documents of a small world', () => {
  it.each(smallWorlds)(
    'is right about $name',
    ({ pair, documents }) => {
      const accepts = ajvAccepts();
      const tally = new Tally();
      fc.assert(
        fc.property(pair, (schemas) => {
          const [old, next] = JSON.parse(JSON.stringify(schemas)) as [JsonSchema, JsonSchema];
          // Changing a number may make `multipleOf: 0`, which is no schema.
          if (!compiles(old, accepts) || !compiles(next, accepts)) return;
          const verdict = compareSchemas([old], next, 'backward', accepts);
          tally.count(verdict, [old, next], 0);
          const witness = documents.find((each) => isDifference(each, old, next, accepts));
          if (witness !== undefined && verdict.verdict === 'compatible') {
            throw new Error(describeContradiction(witness, old, next));
          }
        }),
        { numRuns: Math.ceil(pairs / 5), seed },
      );
      if (isMore) tally.print();
      expect(tally.shareOf('compatible')).toBeGreaterThan(0.05);
      expect(tally.shareOf('incompatible')).toBeGreaterThan(0.05);
      expect(tally.shareOf('unknown')).toBeLessThan(0.05);
    },
    isMore ? 7_200_000 : 120_000,
  );
});

function expectNoContradiction(
  verdict: Verdict,
  old: JsonSchema,
  next: JsonSchema,
  documentSeed: number,
  accepts: Accepts,
): void {
  if (verdict.verdict === 'incompatible') {
    expect(isDifference(verdict.witness, old, next, accepts)).toBe(true);
  }
  if (verdict.verdict !== 'compatible') return;
  const random = seededRandom(documentSeed);
  for (let count = 0; count < documentsPerPair; count += 1) {
    const document = sampleDocument(count % 2 === 0 ? old : next, random);
    if (isDifference(document, old, next, accepts)) {
      throw new Error(describeContradiction(document, old, next));
    }
  }
}

function describeContradiction(document: Json, old: JsonSchema, next: JsonSchema): string {
  return `said compatible, but ${JSON.stringify(document)} is a witness: ${JSON.stringify([old, next])}`;
}

function isDifference(document: Json, old: JsonSchema, next: JsonSchema, accepts: Accepts) {
  try {
    return accepts(old, document) && !accepts(next, document);
  } catch (error) {
    // A reference that leads to itself never ends in Ajv either.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Some schemas that we make up refer to nothing. */
function compiles(schema: JsonSchema, accepts: Accepts): boolean {
  try {
    accepts(schema, null);
    return true;
  } catch (error) {
    return error instanceof RangeError;
  }
}

class Tally {
  readonly #verdicts = { compatible: 0, incompatible: 0, unknown: 0 };
  readonly #reasons = new Map<string, number>();
  #plain = 0;
  #plainUnknown = 0;
  #slowestMs = 0;

  count(verdict: Verdict, pair: readonly JsonSchema[], tookMs: number): void {
    this.#verdicts[verdict.verdict] += 1;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    const isPlain = !hardKeywords.test(JSON.stringify(pair));
    if (isPlain) this.#plain += 1;
    if (verdict.verdict !== 'unknown') return;
    if (isPlain) this.#plainUnknown += 1;
    const reason = `${isPlain ? 'plain' : 'hard'}: ${verdict.reason}`;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  shareOf(verdict: Verdict['verdict']): number {
    const total = Object.values(this.#verdicts).reduce((sum, count) => sum + count, 0);
    return this.#verdicts[verdict] / total;
  }

  /** Of the pairs without patterns, `not` and `if`. */
  get unknownShareOfPlain(): number {
    return this.#plainUnknown / this.#plain;
  }

  print(): void {
    const reasons = [...this.#reasons].sort((a, b) => b[1] - a[1]).slice(0, 25);
    const share = (100 * this.unknownShareOfPlain).toFixed(2);
    process.stderr.write(
      `${JSON.stringify(this.#verdicts)}; unknown without patterns, not, if: ${share} % of ` +
        `${this.#plain}; slowest ${this.#slowestMs.toFixed(0)} ms\n` +
        reasons.map(([reason, count]) => `  ${count} ${reason}\n`).join(''),
    );
  }
}
