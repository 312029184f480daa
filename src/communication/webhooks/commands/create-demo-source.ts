import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { defaultTenant } from '#shared-kernel/auth/tenant.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { CreateDemoSource } from '../contracts/create-demo-source.command.js';
import { newSecretValue } from '../domain/new-secret-value.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { newSource, newSourceToken } from '../domain/source-decisions.js';

const tokenBytes = 24;
const secretBytes = 32;

@CommandHandler(CreateDemoSource)
export class CreateDemoSourceHandler implements ICommandHandler<CreateDemoSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute() {
    const createdAtMs = this.clock.now();
    const secret = newSecretValue('github', randomBytes(secretBytes));
    const source = newSource({
      id: newId('src', createdAtMs),
      tenant: defaultTenant,
      name: 'Demo (GitHub)',
      provider: 'github',
      settings: null,
      secrets: [{ id: newId('sec', createdAtMs), value: secret, createdAtMs }],
      dedupeKey: null,
      token: newSourceToken(randomBytes(tokenBytes)),
      createdAtMs,
    });
    await this.log.commit({ writes: [this.sources.add(source)] });
    return { token: source.token, secret };
  }
}
