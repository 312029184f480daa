import type { EventClass } from '#shared-kernel/contracts/event-contract.js';
import { type EventReader, readerOf } from '#shared-kernel/contracts/upcast.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Decision } from './event-log.js';
import { eventRecordOf, type EventRow } from './event-row.js';
import { refuseLoop } from './hop-limit.js';
import type { RegisteredReaction } from './reaction.js';
import { messagingErrors } from './reaction-errors.js';
import type { RunnerParts } from './runner-parts.js';

/** What a handler decided, and everything that makes it durable. */
interface Decided {
  readonly decision: Decision;
  readonly writes: readonly Write[];
}

/** Lets the handler of one reaction decide single events. */
export class EventDecider {
  private readonly id: string;
  private readonly read: EventReader;

  constructor(
    private readonly reaction: RegisteredReaction,
    private readonly parts: RunnerParts,
  ) {
    this.id = reaction.options.id;
    this.read = readerOf(reaction.events);
  }

  /**
   * Runs the handler in the context of its cause; the rows of its events are made there.
   *
   * @param json the event's data, or what a person put in its place
   */
  async decide(row: EventRow, json: string): Promise<Decided> {
    const event = this.understand(row, json);
    const message = {
      kind: 'reaction' as const,
      name: this.id,
      origin: {
        traceparent: row.traceparent,
        correlationId: row.correlation_id,
        causationId: row.id,
        hops: row.hops + 1,
      },
      contract: event.eventClass?.contract ?? null,
      input: event.data,
      facts: { 'labels.event_id': row.id, 'labels.event_type': row.type },
    };
    return this.parts.pipeline.run(message, async () => {
      refuseLoop(row.hops + 1, row.id);
      const { eventClass, data } = event;
      if (eventClass === null) throw event.fault;
      const decision = await this.reaction.handler.handle(new eventClass(eventRecordOf(row), data));
      return { decision, writes: this.parts.log.writesOf(decision) };
    });
  }

  /** The event in the version that the handler wants; a fault is told of inside the pipeline. */
  private understand({ name, version }: EventRow, json: string): UnderstoodEvent {
    try {
      const event = this.read(name, version, JSON.parse(json));
      if (event !== undefined) return event;
      const fault = messagingErrors.unknownEvent(`${this.id} does not know ${name} v${version}.`);
      return { eventClass: null, data: null, fault };
    } catch (fault) {
      return { eventClass: null, data: null, fault };
    }
  }
}

/** An event as its handler gets it, or why it cannot. */
type UnderstoodEvent =
  | { readonly eventClass: EventClass; readonly data: unknown }
  | { readonly eventClass: null; readonly data: null; readonly fault: unknown };
