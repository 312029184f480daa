import { CommandBus } from '@nestjs/cqrs';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { errorFields } from '#shared-kernel/messaging/error-fields.js';
import { errorBorders, errorMatrix } from '../../tools/reference/error-matrix.ts';
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

  it('comes to what the matrix says', async () => {
    observed = await observe[border](app, row);
    const { waitMs, ...said } = cell;
    const code = said.code === 'own' ? ownCode(row) : said.code;
    expect(observed).toMatchObject({ ...said, code });
    if (waitMs === undefined) expect(observed.waitMs).toBeUndefined();
    else expectWait(observed.waitMs ?? 0, waitMs);
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

  it.each(catalogued)('keeps its code and its fields, and gains a cause: $kind', async (row) => {
    const caught = await passOn(row.kind);
    const thrown = app.failures.last as DomainError;
    const { code, message, fields, retryAfterSeconds, cause } = thrown;
    expect(caught).toMatchObject({ code: ownCode(row), message });
    expect([code, fields, retryAfterSeconds]).toEqual([
      ownCode(row),
      (caught as DomainError).fields,
      (caught as DomainError).retryAfterSeconds,
    ]);
    const border = (caught as DomainError).cause as Error;
    expect(border.message).toBe('failing.ask-and-fail, asked by relaying');
    expect(border.cause).toBe(thrown);
    expect(errorFields(caught)['error.message']).toBe(
      [message, border.message, ...(cause instanceof Error ? [cause.message] : [])].join(' <- '),
    );
    expect((caught as DomainError).stack).toBe(thrown.stack);
  });

  it('stays the bug that it is when nobody catalogued it', async () => {
    expect(await passOn('bug')).toBe(app.failures.last);
  });
});

function expectWait(actualMs: number, waitMs: number): void {
  expect(actualMs).toBeGreaterThanOrEqual(waitMs * (1 - jitter));
  expect(actualMs).toBeLessThanOrEqual(waitMs * (1 + jitter));
}
