import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { RecoveryBook } from '../domain/recovery-book.js';
import { type RecoveryState, recoveryStateOf } from '../domain/recovery-state.js';
import { recoveriesRunningMax, type Recovery, type RecoveryTask } from '../domain/recovery.js';
import { deliveryErrors } from '../errors.js';
import { originOfWork } from './origin-of-work.js';

interface NewRecovery {
  readonly tenant: string;
  /** Who asked for it: the id of an API key or of a portal token. */
  readonly by: string;
  readonly selected: number;
  readonly position: number;
  readonly upTo: number;
  /** Ids of the deliveries of each step; none for a replay. */
  readonly parts: readonly (readonly string[])[];
}

/** Writes a recovery down, so that it runs to its end whatever becomes of this process. */
@Injectable()
export class BeginRecovery {
  constructor(
    private readonly book: RecoveryBook,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /** @throws deliveries.recovery-is-empty, deliveries.too-many-recoveries */
  async begin(task: RecoveryTask, what: NewRecovery): Promise<RecoveryState> {
    const { tenant, by, selected, position, upTo, parts } = what;
    if (selected === 0) throw deliveryErrors.recoveryIsEmpty('The filter meets nothing.');
    if ((await this.book.countRunning(tenant)) >= recoveriesRunningMax) {
      throw deliveryErrors.tooManyRecoveries(`${recoveriesRunningMax} recoveries are running.`);
    }
    const requestedAtMs = this.clock.now();
    const recovery: Recovery = {
      ...task,
      id: newId('rcv', requestedAtMs),
      tenant,
      state: 'running',
      selected,
      started: 0,
      passedOver: 0,
      position,
      upTo,
      requestedBy: by,
      requestedAtMs,
      finishedAtMs: null,
      // Its steps belong to the trace of the request that asked for it.
      origin: originOfWork(),
    };
    await this.log.commit({ writes: this.book.add(recovery, parts), due: ['recovery'] });
    return recoveryStateOf(recovery);
  }
}
