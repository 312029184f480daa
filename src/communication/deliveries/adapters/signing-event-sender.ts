import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { composeMessage } from '../domain/compose-message.js';
import type { Endpoint } from '../domain/endpoint.js';
import { EventSender } from '../domain/event-sender.js';
import type { SendOutcome } from '../domain/judge-outcome.js';
import { MessageSender } from '../domain/message-sender.js';

/** Sends events as signed webhooks. */
@Injectable()
export class SigningEventSender extends EventSender {
  constructor(
    private readonly messages: MessageSender,
    private readonly clock: Clock,
  ) {
    super();
  }

  send(endpoint: Endpoint, event: EventRow): Promise<SendOutcome> {
    return this.messages.send(composeMessage(endpoint, event, this.clock.now()));
  }
}
