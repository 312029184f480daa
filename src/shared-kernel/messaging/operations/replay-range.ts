import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { idPattern } from '#shared-kernel/domain/ids.js';
import { messagingErrors } from '../reaction-errors.js';
import { RunnerParts } from '../runner-parts.js';

/** A place in the log: a position, the time that an event happened, or the id of an event. */
export const logPointSchema = z.union([
  z.int().min(1),
  z.iso.datetime({ offset: true }),
  z.string().regex(idPattern('evt')),
]);

type LogPoint = z.output<typeof logPointSchema>;

/** Which part of the log a replay means; what is left out takes all that the reaction has seen. */
export interface RangeRequest {
  readonly from: LogPoint | undefined;
  /** Belongs to the range itself. */
  readonly to: LogPoint | undefined;
}

/** Behind `after`, up to and with `upTo`. */
interface LogRange {
  readonly after: number;
  readonly upTo: number;
}

/** Finds the stretch of the log that a replay means. */
@Injectable()
export class ReplayRanges {
  constructor(private readonly parts: RunnerParts) {}

  /**
   * The stretch, cut where the reaction stands: what it has not come to yet, it gets anyway.
   *
   * @param settled position up to which the reaction is done
   * @throws `messaging.replay-range-invalid` for a place that the log does not have, or an end
   * before the beginning; `messaging.replay-reaches-removed` for a beginning that retention removed
   */
  async find({ from, to }: RangeRequest, settled: number): Promise<LogRange> {
    const after = from === undefined ? 0 : await this.before(from);
    const upTo = to === undefined ? settled : await this.upTo(to);
    if (to !== undefined && upTo <= after) {
      throw messagingErrors.replayRangeInvalid(`There is nothing from ${from} to ${to}.`);
    }
    if (from !== undefined) await this.refuseRemoved(from);
    return { after, upTo: Math.min(upTo, settled) };
  }

  private async before(point: LogPoint): Promise<number> {
    if (typeof point === 'number') return point - 1;
    if (point.startsWith('evt_')) return (await this.positionOf(point)) - 1;
    return this.parts.storage.log.positionBefore(Date.parse(point));
  }

  private async upTo(point: LogPoint): Promise<number> {
    if (typeof point === 'number') return point;
    if (point.startsWith('evt_')) return this.positionOf(point);
    // All that happened in this millisecond belongs to the range.
    return this.parts.storage.log.positionBefore(Date.parse(point) + 1);
  }

  private async positionOf(eventId: string): Promise<number> {
    const event = await this.parts.log.find(eventId);
    if (event !== undefined) return event.position;
    throw messagingErrors.replayRangeInvalid(`The log has no event ${eventId}, or no longer.`);
  }

  private async refuseRemoved(from: LogPoint): Promise<void> {
    const first = await this.parts.storage.log.first();
    // The log begins with position 1 as long as nothing was removed.
    if (first === undefined || first.position === 1) return;
    const { position, occurred_at_ms: atMs } = first;
    const isGone =
      typeof from === 'number'
        ? from < position
        : !from.startsWith('evt_') && Date.parse(from) < atMs;
    if (!isGone) return;
    throw messagingErrors.replayReachesRemoved(
      `The log begins at position ${position}, ${isoTime(atMs)}; not at ${from}.`,
    );
  }
}
