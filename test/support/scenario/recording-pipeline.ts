import { AsyncLocalStorage } from 'node:async_hooks';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Pipeline } from '#shared-kernel/messaging/pipeline.js';
import type { MessageKind, PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';

/** One run of one handler. */
export interface Handling {
  readonly kind: MessageKind;
  readonly name: string;
  readonly input: unknown;
  /** The handler that it ran in, null when something else caused it. */
  readonly parent: Handling | null;
  /** The event that caused it, null for a message from outside. */
  readonly causationId: string | null;
  /** The span that the events of this run carry. */
  spanId: string;
  outcome: 'running' | 'ok' | 'failed';
  error: unknown;
}

/** Everything that handlers did in a scenario, across crashes. */
export class Recording {
  readonly handlings: Handling[] = [];
  /** Runs that have not come to their end in the process of now. */
  inFlight = 0;
}

const current = new AsyncLocalStorage<Handling>();

/** The real pipeline, with a record of what passes it. */
class RecordingPipeline extends Pipeline {
  constructor(
    parts: ConstructorParameters<typeof Pipeline>,
    private readonly recording: Recording,
    /** Told after each handler; what it throws is the handler's end. */
    private readonly handled: () => void,
  ) {
    super(...parts);
  }

  override async run<Result>(
    message: PipelineMessage,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const handling = this.begin(message);
    try {
      const result = await super.run(message, () =>
        current.run(handling, async () => {
          handling.spanId = currentContext()?.spanId ?? '';
          const answer = await work();
          if (message.kind !== 'query') this.handled();
          return answer;
        }),
      );
      handling.outcome = message.failure === undefined ? 'ok' : 'failed';
      handling.error = message.failure;
      return result;
    } catch (error) {
      handling.outcome = 'failed';
      handling.error = error;
      throw error;
    } finally {
      this.recording.inFlight--;
    }
  }

  private begin({ kind, name, input, origin }: PipelineMessage): Handling {
    const handling: Handling = {
      kind,
      name,
      input,
      // A reaction or an attempt is caused by its event, whoever happens to start it.
      parent: origin === null ? (current.getStore() ?? null) : null,
      causationId: origin?.causationId ?? null,
      spanId: '',
      outcome: 'running',
      error: undefined,
    };
    this.recording.handlings.push(handling);
    this.recording.inFlight++;
    return handling;
  }
}

/** A provider of the pipeline that records, for Nest's testing module. */
export function pipelineRecorder(recording: Recording, handled: () => void) {
  return {
    factory: (...parts: ConstructorParameters<typeof Pipeline>) =>
      new RecordingPipeline(parts, recording, handled),
    inject: [Tracer, Log, Meter, ContractChecker],
  };
}
