import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { defaultTenant } from '#shared-kernel/auth/tenant.js';
import { CreateDemoSource } from '../contracts/create-demo-source.command.js';
import { defaultSourceOptions } from '../domain/source-options.js';
import { CreateSource } from './create-source.js';

@CommandHandler(CreateDemoSource)
export class CreateDemoSourceHandler implements ICommandHandler<CreateDemoSource> {
  constructor(private readonly commands: CommandBus) {}

  async execute() {
    const demo = { tenant: defaultTenant, name: 'Demo (GitHub)', provider: 'github' } as const;
    const { source, madeSecrets } = await this.commands.execute(
      new CreateSource({ ...demo, ...defaultSourceOptions }),
    );
    return { token: source.token, secret: madeSecrets[0] ?? '' };
  }
}
