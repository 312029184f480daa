import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { PayloadShape } from './payload-shape.js';

/** Which payloads a shape is about. */
export interface ShapeSubject {
  readonly tenant: string;
  readonly sourceId: string;
  readonly provider: string;
  readonly eventType: string;
}

/** A shape as it is kept. */
export interface StoredShape {
  readonly subject: ShapeSubject;
  readonly shape: PayloadShape;
  readonly learnedAtMs: number;
  /** Counts changes from 1, for optimistic writes. */
  readonly revision: number;
}

/** A shape without its places, for lists. */
export interface ShapeSummary {
  readonly eventType: string;
  readonly samples: number;
  readonly places: number;
  readonly learnedAtMs: number;
}

/** Which shapes a list shows. */
export interface ShapeFilter {
  readonly tenant: string;
  readonly sourceId: string;
  readonly limit: number;
  /** The event type after which the page begins. */
  readonly after: string | undefined;
}

/** Where shapes are kept. Changes are writes that the caller commits. */
export abstract class PayloadShapes {
  abstract find(
    subject: Pick<ShapeSubject, 'tenant' | 'sourceId' | 'eventType'>,
  ): Promise<StoredShape | undefined>;
  abstract list(filter: ShapeFilter): Promise<Page<ShapeSummary>>;
  abstract countOf(sourceId: string): Promise<number>;
  /**
   * Puts the shape in the place of the one at `revision`, 0 when there was none; a conflict when
   * somebody else was faster.
   */
  abstract replace(stored: Omit<StoredShape, 'revision'>, revision: number): Write;
  abstract remove(subject: Pick<ShapeSubject, 'tenant' | 'sourceId' | 'eventType'>): Write;
}
