import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { defineErrors } from '#shared-kernel/domain/domain-error.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { errorMatrix, type ErrorRow } from '../../tools/reference/error-matrix.ts';

/** What an error says to callers, and what only the log may know. */
export const detail = 'The detail of the error.';
export const rootCause = 'the root of it';

const own = errorMatrix.filter(({ code, status }) => code === undefined && status !== null);

/** A catalogue with one error for each kind that modules declare themselves. */
const errors = defineErrors(
  'failing',
  Object.fromEntries(
    own.map(({ kind, status, meaning }) => [
      kind.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase()),
      { status: status ?? 500, title: kind, remedy: meaning },
    ]),
  ),
);

/** The code that `own` stands for in the row. */
export function ownCode({ kind, code }: ErrorRow): string {
  return code ?? `failing.${kind}`;
}

/** Runs until storage that was down works again. */
const runsUntilPassed = 3;

/** Throws errors of all kinds, and counts. */
@Injectable()
export class Failures {
  /** Runs of handlers since it was last set to 0. */
  runs = 0;
  last: unknown = null;

  constructor(private readonly contracts: ContractChecker) {}

  /** Whether the kind is a commit that meets a conflict; counts the run. */
  isLostRace(kind: string): boolean {
    if (kind !== 'write-conflict') return false;
    this.runs++;
    return true;
  }

  /** Whether the fault is over by itself. */
  hasPassed(kind: string): boolean {
    return kind === 'storage-down' && this.runs + 1 >= runsUntilPassed;
  }

  fail(kind: string): never {
    this.runs++;
    this.last = this.errorOf(kind);
    throw this.last;
  }

  private errorOf(kind: string): unknown {
    const cause = new Error(rootCause);
    switch (kind) {
      case 'bug':
        return new TypeError(detail, { cause });
      case 'write-conflict':
        return storageErrors.conflict(detail, { cause });
      case 'storage-down':
        return storageErrors.unavailable(detail, { cause, retryAfterSeconds: 5 });
      case 'broken-contract':
        return this.violation();
    }
    const row = own.find((candidate) => candidate.kind === kind);
    const make = Object.values(errors).find(({ code }) => code === `failing.${kind}`);
    if (make === undefined) throw new Error(`there is no kind ${kind}`);
    const { retryAfterSeconds } = row ?? {};
    return make(detail, {
      cause,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }

  private violation(): unknown {
    try {
      return this.contracts.check({ name: 'failing.thing' }, z.object({ n: z.int() }), 'out', {});
    } catch (error) {
      return error;
    }
  }
}
