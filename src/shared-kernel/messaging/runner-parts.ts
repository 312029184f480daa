import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { EventLog } from './event-log.js';
import { Pipeline } from './pipeline.js';
import { ReactionStorage } from './reaction-storage.js';

/** What a runner needs of the kernel. */
@Injectable()
export class RunnerParts {
  constructor(
    readonly store: Store,
    readonly log: EventLog,
    readonly storage: ReactionStorage,
    readonly pipeline: Pipeline,
    readonly clock: Clock,
  ) {}
}
