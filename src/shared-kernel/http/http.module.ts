import { type DynamicModule, Global, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AnswerCheck, type AnswerCheckMode, answerCheckMode } from './answer-check.js';
import { BasicChecks } from './basic-checks.js';
import { DocsController } from './docs.controller.js';
import { HealthController } from './health.controller.js';
import { IdempotencyStore } from './idempotency-store.js';
import { MetricsController } from './metrics.controller.js';
import { OpenApi, programVersion } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';
import { ReadinessChecks } from './readiness.js';
import { RouteScan } from './route-scan.js';
import { createValidationPipe } from './validation.js';

interface HttpModuleOptions {
  /** Version of the program, for the API reference. */
  readonly version: string;
  readonly answerCheck: AnswerCheckMode;
}

/** The HTTP edge: validation, problems, idempotency, the API reference, health and metrics. */
@Global()
@Module({})
export class HttpModule implements NestModule {
  constructor(private readonly answerCheck: AnswerCheck) {}

  // Not for middleware: of Nest's hooks only this one runs before the routes are registered.
  configure(): void {
    this.answerCheck.watchRoutes();
  }

  static forRoot({ version, answerCheck }: HttpModuleOptions): DynamicModule {
    return {
      module: HttpModule,
      // Its log would repeat what the answer of `/health/ready` and its request line say.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [DocsController, HealthController, MetricsController],
      providers: [
        AnswerCheck,
        BasicChecks,
        IdempotencyStore,
        OpenApi,
        ReadinessChecks,
        RouteScan,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: createValidationPipe },
        { provide: programVersion, useValue: version },
        { provide: answerCheckMode, useValue: answerCheck },
      ],
      exports: [IdempotencyStore, OpenApi, ReadinessChecks],
    };
  }
}
