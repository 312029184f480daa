import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, RouteOptions } from 'fastify';
import { z } from 'zod';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { Log } from '#shared-kernel/observability/logger.js';
import type { AnswerForms } from './answers.decorator.js';
import {
  contractOfRoute,
  httpConsumer,
  rememberRoute,
  type RouteContract,
} from './route-contract.js';

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
    const contract = contractOfRoute(route.method, route.url);
    const own = route.onRequest ?? [];
    route.onRequest = [rememberRoute(contract), ...(Array.isArray(own) ? own : [own])];
    const schemas = schemasOf(route);
    if (schemas.size === 0) return;
    route.preSerialization = (_request, reply: FastifyReply, answer, done) => {
      const schema = schemas.get(reply.statusCode);
      const violation = schema && this.violationOf(contract, schema, answer);
      if (violation !== undefined && this.mode === 'throw') {
        done(violation);
        return;
      }
      if (violation !== undefined) {
        const what = 'an answer breaks its schema and is sent all the same';
        this.log.error({ err: violation, 'labels.contract': contract.name }, what);
      }
      done(null, answer);
    };
  }

  private violationOf(
    contract: RouteContract,
    schema: z.ZodType,
    answer: unknown,
  ): Error | undefined {
    try {
      this.contracts.check(contract, schema, 'out', answer, httpConsumer);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** The schemas of the route's JSON answers, by status. */
function schemasOf(route: RouteOptions): Map<number, z.ZodType> {
  const config: object = route.config ?? {};
  const forms = 'answers' in config ? (config.answers as AnswerForms) : {};
  const schemas = new Map<number, z.ZodType>();
  for (const [status, form] of Object.entries(forms)) {
    if (form instanceof z.ZodType) schemas.set(Number(status), form);
  }
  return schemas;
}
