import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { HandshakeValues } from '../domain/handshake-values.js';
import { ProviderServers } from '../domain/provider-servers.js';
import { handshakeActionSchema } from './receipt.js';

/** Does what a handshake asks for beside its answer, which follows when it is done. */
export class PerformHandshake extends defineCommand({
  name: 'webhooks.perform-handshake',
  input: z.strictObject({
    tenant: z.string(),
    sourceId: z.string(),
    action: handshakeActionSchema,
  }),
  result: z.void(),
}) {}

@CommandHandler(PerformHandshake)
export class PerformHandshakeHandler implements ICommandHandler<PerformHandshake> {
  constructor(
    private readonly servers: ProviderServers,
    private readonly values: HandshakeValues,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, sourceId, action } }: PerformHandshake): Promise<void> {
    switch (action.kind) {
      case 'confirm':
        await this.servers.confirm(action.url);
        return;
      case 'keep': {
        const receivedAtMs = this.clock.now();
        const id = newId('whk', receivedAtMs);
        const { value } = action;
        const writes = this.values.keep({ id, tenant, sourceId, value, receivedAtMs });
        await this.log.commit({ writes });
      }
    }
  }
}
