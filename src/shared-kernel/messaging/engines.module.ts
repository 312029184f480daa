import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DueWorkEngine } from './due-work-engine.js';
import { LeaseKeeper } from './lease-keeper.js';

/** Starts reactions and due work once everything that they may call is ready, and drains them. */
@Injectable()
class Engines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly dueWork: DueWorkEngine,
    private readonly leases: LeaseKeeper,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // First the sign of life: who claims and dies without one is missed by nobody.
    await this.leases.start();
    await this.dueWork.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.leases.stop(), this.dueWork.stop()]);
  }
}

/**
 * Not global, unlike the module of @nestjs/cqrs: Nest calls the hooks of global modules first, and
 * the buses learn of their handlers in one of those.
 */
@Module({ providers: [Engines] })
export class EnginesModule {}
