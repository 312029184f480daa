import type { z } from 'zod';
import { contractCatalogue } from './contract-catalogue.js';
import type { Deprecation } from './deprecation.js';

/**
 * What a change inside one version must keep. `full`: old code reads new events and new code reads
 * old ones, as instances of two releases beside each other need. `backward`: only that new code
 * reads what is in the log. `forward`: only that old code reads new events.
 */
type EventCompatibility = 'backward' | 'forward' | 'full';

/** The form of an event: its name, version and schema. A breaking change is a new version. */
export interface EventContract<Data = unknown> {
  readonly kind: 'event';
  /** `context.fact-in-past-tense` */
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly schema: z.ZodType<Data>;
  /** Events with the same key are handled in log order; choose what must stay in order. */
  readonly key: (data: Data) => string;
  /**
   * Documents that the schema accepts; they stand in the reference and feed the compatibility
   * check.
   */
  readonly examples: readonly Data[];
  /** Release that published this version first. */
  readonly since: string;
  /** The module that publishes it, `webhooks`; events that cross a border must say it. */
  readonly producer?: string;
  readonly deprecated?: Deprecation;
  /** `full` when absent. */
  readonly compatibility?: EventCompatibility;
  /** How events of the version before become events of this one. */
  readonly upcasts?: Upcast<unknown, unknown>;
}

/**
 * The step from an older version of an event to a newer one. It knows the data alone, so that it
 * can be tried with every document that the old schema accepts.
 */
interface Upcast<Old, Data> {
  readonly from: EventClass<Old>;
  readonly up: (old: Old) => Data;
}

/** Bytes that an event carries beside its data, stored once and never parsed by the log. */
export interface EventPayload {
  readonly bytes: Uint8Array;
  /** Media type as the sender stated it, null when it did not. */
  readonly contentType: string | null;
}

/** An event that is decided but not yet in the log. */
export interface NewEvent {
  readonly contract: EventContract;
  readonly tenant: string;
  readonly data: unknown;
  /** `evt_…`; the log makes one when it is absent. */
  readonly id?: string;
  /** CloudEvents `type` that users match on; the contract's name when absent. */
  readonly type?: string;
  /** CloudEvents `source`; `/<context>` of the contract when absent. */
  readonly source?: string;
  readonly subject?: string | null;
  readonly payload?: EventPayload;
}

/** What the log knows of every event, whatever its contract. */
export interface EventRecord {
  /** Place in the log: commit order, without gaps that matter to readers. */
  readonly position: number;
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly type: string;
  readonly source: string;
  readonly subject: string | null;
  readonly tenant: string;
  readonly key: string;
  readonly occurredAtMs: number;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** W3C trace context of the work that appended the event. */
  readonly traceparent: string;
  /** How many reactions led to this event; bounded, so that loops end. */
  readonly hops: number;
  readonly payload: EventPayload | null;
}

/** An event as a reaction receives it: the record of the log and the checked data. */
export abstract class LoggedEvent<Data = unknown> {
  constructor(
    readonly record: EventRecord,
    readonly data: Data,
  ) {}
}

/** A class made by `defineEvent`; it is the type of the event and its DI-free registration. */
export interface EventClass<Data = unknown> {
  new (record: EventRecord, data: Data): LoggedEvent<Data>;
  readonly contract: EventContract<Data>;
}

/** Everything of an event that its contract does not derive. */
export type EventDetails<Data> = Omit<NewEvent, 'contract' | 'data'> & { readonly data: Data };

type EventDefinition<Schema extends z.ZodType, Old> = Omit<
  EventContract<z.output<Schema>>,
  'kind' | 'schema' | 'upcasts'
> & {
  readonly schema: Schema;
  readonly upcasts?: Upcast<Old, z.input<Schema>>;
};

/**
 * Declares an event that may cross a module's border. Extend the result to give the event its name:
 * `export class WebhookReceived extends defineEvent({ ... }) {}`.
 */
export function defineEvent<Schema extends z.ZodType, Old = never>(
  definition: EventDefinition<Schema, Old>,
) {
  type Data = z.output<Schema>;
  const contract = { ...definition, kind: 'event' } as unknown as EventContract<Data>;
  contractCatalogue.push(contract);
  return class extends LoggedEvent<Data> {
    static readonly contract: EventContract<Data> = contract;

    /** The event as a decision: give it to `EventLog.commit`. */
    static of(details: EventDetails<Data>): NewEvent {
      return { ...details, contract: contract as EventContract };
    }
  };
}
