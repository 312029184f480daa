import { Injectable } from '@nestjs/common';
import { messagingErrors } from '../reaction-errors.js';
import { ParkedEventReader, type WholeParkedEvent } from './parked-event-reader.js';
import { ReactionControl } from './reaction-control.js';

/** Finds the parked event that a person means, or says why there is none. */
@Injectable()
export class ParkedEventFinder {
  constructor(
    private readonly parked: ParkedEventReader,
    private readonly control: ReactionControl,
  ) {}

  /** @throws `messaging.reaction-not-found`, `messaging.parked-event-not-found` */
  async get(reaction: string, address: string): Promise<WholeParkedEvent> {
    this.control.get(reaction);
    const event = await this.parked.find(reaction, address);
    if (event !== undefined) return event;
    throw messagingErrors.parkedEventNotFound(`${reaction} has no parked event ${address}.`);
  }

  /**
   * One that may be tried: not behind another of its key.
   *
   * @throws `messaging.event-waits`, and as `get`
   */
  async triable(reaction: string, address: string): Promise<WholeParkedEvent> {
    const event = await this.get(reaction, address);
    if (event.state !== 'waiting') return event;
    throw messagingErrors.eventWaits(`${address} waits behind a parked event of ${event.key}.`);
  }
}
