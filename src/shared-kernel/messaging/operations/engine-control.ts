import { Injectable } from '@nestjs/common';
import { LeaseKeeper } from '../lease-keeper.js';
import type { RegisteredReaction } from '../reaction.js';
import { ReactionEngine, type ReactionLag } from '../reaction-engine.js';
import { ReactionControl } from './reaction-control.js';

/** The reactions of the running engine. */
@Injectable()
export class EngineControl extends ReactionControl {
  constructor(
    private readonly engine: ReactionEngine,
    private readonly leases: LeaseKeeper,
  ) {
    super();
  }

  find(id: string): RegisteredReaction | undefined {
    return this.engine.reaction(id);
  }

  lag(): Promise<readonly ReactionLag[]> {
    return this.engine.lag();
  }

  look(): Promise<void> {
    return this.leases.look();
  }
}
