import type { Expectation, SqlValue } from './statement.js';

/**
 * One write: statement number, parameters, expectation, name of the conflict, whether rows come
 * back.
 */
export type WorkerWrite = readonly [number, readonly SqlValue[], Expectation, string, boolean];

/** One commit of many in a message to the writer. */
export interface WorkerCommit {
  readonly id: number;
  readonly writes: readonly WorkerWrite[];
}

/** SQL text travels once; later messages name it by number. */
export type NewStatements = readonly (readonly [number, string])[];

/** What the main thread asks of a database thread. */
export type WorkerRequest =
  | {
      readonly kind: 'commit';
      readonly statements: NewStatements;
      readonly commits: readonly WorkerCommit[];
    }
  | {
      readonly kind: 'read';
      readonly statements: NewStatements;
      readonly id: number;
      readonly statement: number;
      readonly parameters: readonly SqlValue[];
    };

/** How one commit ended inside the database thread. */
export type WorkerOutcome =
  | { readonly kind: 'committed'; readonly rows: readonly Record<string, unknown>[][] }
  | { readonly kind: 'conflict'; readonly conflict: string }
  | { readonly kind: 'failed'; readonly errcode: number; readonly message: string };

/** What a database thread answers. */
export type WorkerReply =
  | {
      readonly kind: 'committed';
      readonly outcomes: readonly (readonly [number, WorkerOutcome])[];
      readonly durationMs: number;
    }
  | {
      readonly kind: 'rows';
      readonly id: number;
      readonly rows: readonly Record<string, unknown>[];
    }
  | {
      readonly kind: 'read-failed';
      readonly id: number;
      readonly outcome: Extract<WorkerOutcome, { kind: 'failed' }>;
    };
