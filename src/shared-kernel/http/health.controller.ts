import { Controller, Get, HttpException, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Answers } from './answers.decorator.js';
import { type ReadinessCheck, ReadinessChecks, type ReadinessFault } from './readiness.js';

/** A check that takes longer counts as failed: who asks has a timeout of their own. */
const checkTimeoutMs = 2_000;

const liveSchema = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' });

const checkSchema = z.object({
  status: z.enum(['up', 'down']),
  cause: z.string().optional(),
  remedy: z.string().optional(),
});
const readySchema = z
  .object({
    status: z.enum(['ready', 'not-ready', 'stopping']),
    checks: z.record(z.string(), checkSchema),
  })
  .meta({ id: 'Readiness' });

/** The part of Terminus' result that we pass on. */
const resultSchema = z.object({
  status: z.enum(['ok', 'degraded', 'error', 'shutting_down']),
  details: z.record(
    z.string(),
    z
      .object({
        status: z.enum(['up', 'degraded', 'down']),
        cause: z.string().optional(),
        remedy: z.string().optional(),
      })
      .transform(
        (check) => ({ ...check, status: check.status === 'down' ? 'down' : 'up' }) as const,
      ),
  ),
});
const stateOf = {
  ok: 'ready',
  degraded: 'ready',
  error: 'not-ready',
  shutting_down: 'stopping',
} as const;
const tags = ['Operations'];

/** What load balancers and supervisors ask. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checks: ReadinessChecks,
    private readonly log: Log,
  ) {}

  @Get('live')
  @Answers({ 200: liveSchema }, { summary: 'Whether the process answers', scope: 'public', tags })
  live(): z.output<typeof liveSchema> {
    return { status: 'live' };
  }

  @Get('ready')
  @Answers(
    { 200: readySchema, 503: readySchema },
    {
      summary: 'Whether the program can do its work',
      description: 'Every check that failed says why, and what to do.',
      scope: 'public',
      tags,
    },
  )
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof readySchema>> {
    const { status, details } = resultSchema.parse(await this.result());
    const state = stateOf[status];
    if (state !== 'ready') void reply.code(503).header('retry-after', '5');
    return { status: state, checks: details };
  }

  /** Terminus throws the result of a failed check; here it is an answer like the other. */
  private async result(): Promise<unknown> {
    const indicators = this.checks.all().map((check) => () => this.indicate(check));
    return this.health.check(indicators).catch((error: unknown) => {
      if (error instanceof HttpException) return error.getResponse();
      throw error;
    });
  }

  private async indicate(check: ReadinessCheck) {
    const found: ReadinessFault[] = [];
    const indicator = this.indicators.check(check.name);
    const attempt = indicator.attempt(async () => {
      const fault = await check.find().catch((error: unknown) => this.faultOf(check, error));
      if (fault === null) return;
      found.push(fault);
      throw new Error(check.name);
    });
    const result = await attempt.withTimeout(checkTimeoutMs);
    if (result[check.name]?.status === 'up') return result;
    return indicator.down({ ...(found[0] ?? tooSlow) });
  }

  /** The page is public: an error that is not written for it goes to the log instead. */
  private faultOf(check: ReadinessCheck, error: unknown): ReadinessFault {
    if (error instanceof DomainError) {
      return { cause: error.message, remedy: error.definition.remedy };
    }
    this.log.error({ err: error }, `the readiness check ${check.name} failed`);
    return { cause: 'The check itself failed.', remedy: 'The log says how.' };
  }
}

const tooSlow: ReadinessFault = {
  cause: `The check took longer than ${checkTimeoutMs} ms.`,
  remedy: 'The machine or its disk is overloaded; the metrics show by what.',
};
