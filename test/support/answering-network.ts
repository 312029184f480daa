import type { SendOutcome } from '#communication/deliveries/domain/judge-outcome.js';
import {
  MessageSender,
  type OutgoingMessage,
} from '#communication/deliveries/domain/message-sender.js';

/** A network whose receivers all answer as the test decides: with a status, or in full. */
export class AnsweringNetwork extends MessageSender {
  readonly sent: OutgoingMessage[] = [];

  constructor(private readonly answer: () => number | SendOutcome) {
    super();
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    this.sent.push(message);
    const answer = this.answer();
    if (typeof answer !== 'number') return answer;
    return { kind: 'answered', status: answer, retryAfter: null, bodyStart: '', durationMs: 1 };
  }
}
