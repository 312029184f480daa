import { CommandBus } from '@nestjs/cqrs';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { errorBorders, type ErrorCell, errorMatrix } from '../../tools/reference/error-matrix.ts';
import { observe, type Observed } from './error-borders.ts';
import { PassOn } from './failing-module.ts';
import { type FailingApp, startFailingApp } from './failing-app.ts';
import { detail, ownCode, rootCause } from './failures.ts';

/** Rows whose error is catalogued: what is not has no code to keep. */
const catalogued = errorMatrix.filter(({ status }) => status !== null);

/** Share by which waits differ by chance. */
const jitter = 0.2;

let app: FailingApp;

beforeAll(async () => {
  app = await startFailingApp();
}, 60_000);
afterAll(() => app.close());
beforeEach(() => {
  app.failures.runs = 0;
});

const cells = errorBorders.flatMap((border) =>
  errorMatrix.flatMap((row) => {
    const cell = row.cells[border];
    return cell === null ? [] : [{ border, kind: row.kind, row, cell }];
  }),
);

describe.each(cells)('at $border an error of the kind $kind', ({ border, row, cell }) => {
  let observed: Observed;

  it(`comes to what the matrix says${cell.gap === undefined ? '' : ' of today'}`, async () => {
    observed = await observe[border](app, row);
    const { gap, waitMs, ...today } = { ...cell, ...cell.gap?.today };
    const code = today.code === 'own' ? ownCode(row) : today.code;
    expect(observed).toMatchObject({ ...today, code });
    if (waitMs === undefined) expect(observed.waitMs).toBeUndefined();
    else expectWait(observed.waitMs ?? 0, waitMs);
    // A gap that was closed must lose its mark.
    if (gap !== undefined) expect(agrees(observed, cell, ownCode(row))).toBe(false);
  });

  it('tells the log the whole chain of causes, and the caller what is meant for callers', () => {
    const { told, line, caught } = observed;
    const hasCause = row.kind !== 'broken-contract' && row.kind !== 'write-conflict';
    if (hasCause && border !== 'http-out') {
      expect(line?.['error.message']).toBe(`${detail} <- ${rootCause}`);
    }
    if (border === 'http-in') {
      expect(told).not.toContain(rootCause);
      if (row.callerSees === 'detail') expect(told).toContain(detail);
      else expect(told).toContain('"detail":"The program failed on this request."');
      expect(told).not.toContain('"fields"');
    }
    if (caught !== undefined && row.kind !== 'write-conflict')
      expect(caught).toBe(app.failures.last);
    if (row.status !== null && caught !== undefined) {
      expect(caught).toMatchObject({ code: ownCode(row), definition: { status: row.status } });
      expect(caught).toBeInstanceOf(DomainError);
    }
  });

  if (border === 'http-in' && row.retryAfterSeconds !== undefined) {
    it('tells the caller when to come again', () => {
      expect(observed.retryAfter).toBe(String(row.retryAfterSeconds));
    });
  }
});

describe('an error that crosses from one module into another', () => {
  const passOn = (kind: string) =>
    app.app
      .get(CommandBus, { strict: false })
      .execute(new PassOn({ kind }))
      .catch((error: unknown) => error);

  it.each(catalogued)('keeps its code, its fields and its causes: $kind', async (row) => {
    const caught = await passOn(row.kind);
    const thrown = app.failures.last as DomainError;
    const { code, message, fields, retryAfterSeconds, cause } = thrown;
    expect(caught).toMatchObject({ code: ownCode(row), message });
    expect([code, fields, retryAfterSeconds]).toEqual([
      ownCode(row),
      (caught as DomainError).fields,
      (caught as DomainError).retryAfterSeconds,
    ]);
    expect((caught as DomainError).cause).toBe(cause);
  });

  it('gains no cause of its own yet: it is the same error', async () => {
    expect(await passOn('not-found')).toBe(app.failures.last);
  });
});

function expectWait(actualMs: number, waitMs: number): void {
  expect(actualMs).toBeGreaterThanOrEqual(waitMs * (1 - jitter));
  expect(actualMs).toBeLessThanOrEqual(waitMs * (1 + jitter));
}

/** Whether the program does what the cell asks for in the end. */
function agrees(observed: Observed, { gap: _gap, ...cell }: ErrorCell, code: string): boolean {
  const wanted = { ...cell, code: cell.code === 'own' ? code : cell.code };
  return Object.entries(wanted).every(([name, value]) => {
    const actual = observed[name as keyof Observed];
    if (name !== 'waitMs') return actual === value;
    return Number(actual) >= Number(value) * (1 - jitter);
  });
}
