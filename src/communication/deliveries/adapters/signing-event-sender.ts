import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { composeMessage } from '../domain/compose-message.js';
import { DeliverySettings } from '../domain/delivery-settings.js';
import type { EndpointAuth } from '../domain/endpoint-auth.js';
import { mustValidate } from '../domain/endpoint-validation.js';
import type { Endpoint } from '../domain/endpoint.js';
import { EventSender } from '../domain/event-sender.js';
import type { FailedStage, SendOutcome } from '../domain/judge-outcome.js';
import { MessageSender, type OutgoingMessage } from '../domain/message-sender.js';
import { OAuthTokens } from './oauth-tokens.js';
import { ReceiverValidation } from './receiver-validation.js';

/** Sends events as signed webhooks, after the receiver agreed and the token server gave a token. */
@Injectable()
export class SigningEventSender extends EventSender {
  constructor(
    private readonly messages: MessageSender,
    private readonly tokens: OAuthTokens,
    private readonly validation: ReceiverValidation,
    private readonly settings: DeliverySettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(endpoint: Endpoint, event: EventRow): Promise<SendOutcome> {
    const { validationMode, auth } = endpoint.options;
    if (validationMode === 'none' && auth === null) {
      return this.messages.send(composeMessage(endpoint, event, this.clock.now()));
    }
    const startedMs = performance.now();
    if (mustValidate(endpoint)) {
      const { state, fault } = await this.validation.validate(endpoint);
      if (state === 'refused') return failed('validation', fault ?? '', startedMs);
    }
    const message = composeMessage(endpoint, event, this.clock.now());
    const { originName } = this.settings;
    const origin = validationMode === 'none' ? {} : { 'webhook-request-origin': originName };
    const ready = { ...message, headers: { ...message.headers, ...origin } };
    if (auth === null) return this.messages.send(within(ready, startedMs));
    return this.sendWithToken(ready, auth, startedMs);
  }

  /** A token can be taken back before its time: a 401 is answered with a new one, once. */
  private async sendWithToken(
    message: OutgoingMessage,
    auth: EndpointAuth,
    startedMs: number,
  ): Promise<SendOutcome> {
    for (let sends = 1; ; sends += 1) {
      const { timeoutMs } = within(message, startedMs);
      const given = await this.tokens.tokenFor(auth, timeoutMs);
      if ('failure' in given) return failed('auth', given.failure, startedMs);
      const headers = { ...message.headers, authorization: `Bearer ${given.token}` };
      const outcome = await this.messages.send({ ...within(message, startedMs), headers });
      const durationMs = Math.round(performance.now() - startedMs);
      if (outcome.kind === 'failed' || outcome.status !== 401) return { ...outcome, durationMs };
      this.tokens.forget(auth, given.token);
      if (given.isFresh || sends === 2) return { ...outcome, durationMs };
    }
  }
}

/** The message with the time that is left of its own: everything together is one try. */
function within(message: OutgoingMessage, startedMs: number): OutgoingMessage {
  const passedMs = Math.round(performance.now() - startedMs);
  return { ...message, timeoutMs: Math.max(1, message.timeoutMs - passedMs) };
}

function failed(stage: FailedStage, message: string, startedMs: number): SendOutcome {
  const durationMs = Math.round(performance.now() - startedMs);
  return { kind: 'failed', stage, message, durationMs };
}
