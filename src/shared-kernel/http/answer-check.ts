import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, RouteOptions } from 'fastify';
import { z } from 'zod';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Log } from '#shared-kernel/observability/logger.js';
import type { AnswerForms } from './answers.decorator.js';

/**
 * What to do with an answer that breaks its schema: refuse it (tests), or log it and send it all
 * the same.
 */
export type AnswerCheckMode = 'throw' | 'log';

export const answerCheckMode = Symbol('answer check mode');

/**
 * Checks every JSON answer against the schema that `@Answers` gives for its status. It is a Fastify
 * hook on the routes that declare a schema and not a Nest interceptor, which would cost every
 * request ten times the check itself.
 */
@Injectable()
export class AnswerCheck {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly contracts: ContractChecker,
    private readonly log: Log,
    @Inject(answerCheckMode) private readonly mode: AnswerCheckMode,
  ) {}

  /** To be called before routes are registered. */
  watchRoutes(): void {
    this.host.httpAdapter.getInstance().addHook('onRoute', (route) => this.watch(route));
  }

  private watch(route: RouteOptions): void {
    const forms = formsOf(route);
    if (forms === undefined) return;
    const checks = new Map<number, (answer: unknown) => void>();
    for (const [status, form] of Object.entries(forms)) {
      if (!(form instanceof z.ZodType)) continue;
      const contract = { name: `${String(route.method)} ${route.url} ${status}` };
      checks.set(Number(status), (answer) => {
        this.contracts.check(contract, form, 'out', answer);
      });
    }
    if (checks.size === 0) return;
    route.preSerialization = (_request, reply: FastifyReply, answer, done) => {
      const violation = violationOf(() => checks.get(reply.statusCode)?.(answer));
      if (violation !== undefined && this.mode === 'throw') {
        done(violation);
        return;
      }
      if (violation !== undefined)
        this.log.error({ err: violation }, 'an answer breaks its schema');
      done(null, answer);
    };
  }
}

function violationOf(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function formsOf(route: RouteOptions): AnswerForms | undefined {
  const config: object = route.config ?? {};
  return 'answers' in config ? (config.answers as AnswerForms) : undefined;
}
