import { Injectable } from '@nestjs/common';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import type { PipelineMessage } from './pipeline-message.js';
import type { Stage } from './stage.js';
import { checkContractStage } from './stages/check-contract.stage.js';
import { logStage } from './stages/log.stage.js';
import { measureStage } from './stages/measure.stage.js';
import { traceStage } from './stages/trace.stage.js';

/** The onion that every HTTP request, command, query, reaction and attempt passes. */
@Injectable()
export class Pipeline {
  private readonly stages: readonly Stage[];

  constructor(tracer: Tracer, log: Log, meter: Meter, contracts: ContractChecker) {
    // Outermost first, and the order matters: the trace opens the context that log lines carry; the
    // log line is written after the duration is known but inside the span; the measure includes the
    // time of the contract check, which stands next to the handler so that nothing unchecked gets
    // through.
    this.stages = [
      traceStage(tracer),
      logStage(log),
      measureStage(meter),
      checkContractStage(contracts),
    ];
  }

  /** Runs the work inside all stages. */
  run<Result>(message: PipelineMessage, work: () => Promise<Result>): Promise<Result> {
    return this.enter(0, message, work);
  }

  private enter<Result>(
    index: number,
    message: PipelineMessage,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const stage = this.stages[index];
    if (stage === undefined) return work();
    return stage(message, () => this.enter(index + 1, message, work));
  }
}
