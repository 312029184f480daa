import { type DynamicModule, Global, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { ContractsModule } from '#shared-kernel/contracts/contracts.module.js';
import { AnswerCheck, type AnswerCheckMode, answerCheckMode } from './answer-check.js';
import { AsyncApi } from './asyncapi.js';
import { BasicChecks } from './basic-checks.js';
import { DocsController } from './docs.controller.js';
import { HealthController } from './health.controller.js';
import { IdempotencyStore } from './idempotency-store.js';
import { MetricsController } from './metrics.controller.js';
import { OpenApi, programVersion } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';
import { ReadinessChecks } from './readiness.js';
import { RouteScan } from './route-scan.js';
import { ValidationPipe } from './validation.js';

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
      imports: [ContractsModule, DiscoveryModule, TerminusModule.forRoot({ logger: false })],
      controllers: [DocsController, HealthController, MetricsController],
      providers: [
        AnswerCheck,
        AsyncApi,
        BasicChecks,
        IdempotencyStore,
        OpenApi,
        ReadinessChecks,
        RouteScan,
        { provide: APP_FILTER, useClass: ProblemFilter },
        {
          provide: APP_PIPE,
          inject: [ContractChecker],
          useFactory: (contracts: ContractChecker) => new ValidationPipe(contracts),
        },
        { provide: programVersion, useValue: version },
        { provide: answerCheckMode, useValue: answerCheck },
      ],
      exports: [IdempotencyStore, OpenApi, ReadinessChecks],
    };
  }
}
