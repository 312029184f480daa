import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ICommand } from '@nestjs/cqrs';
import type { MessageClass } from '#shared-kernel/contracts/message-contract.js';
import { commandHandlerKey } from '../cqrs-metadata.js';
import type { ClaimedCommand } from './queued-command.js';
import { versionOf } from './queued-command-row.js';
import { scheduleErrors } from './schedule-errors.js';

type CommandClass = MessageClass & (new (input: unknown) => ICommand);

/** The classes of the commands that this program handles, to make stored commands anew. */
@Injectable()
export class CommandClasses {
  private classes: ReadonlyMap<string, CommandClass> | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws `schedules.unknown-command` when no handler here takes it */
  make({ id, name, version, input }: ClaimedCommand): ICommand {
    this.classes ??= this.discover();
    const commandClass = this.classes.get(`${name} ${version}`);
    if (commandClass !== undefined) return new commandClass(input);
    throw scheduleErrors.unknownCommand(`No handler takes ${name} v${version}, queued as ${id}.`);
  }

  private discover(): Map<string, CommandClass> {
    const classes = new Map<string, CommandClass>();
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      const command: unknown = Reflect.getMetadata(commandHandlerKey, metatype);
      if (command === undefined) continue;
      const { contract } = command as CommandClass;
      classes.set(`${contract.name} ${versionOf(contract)}`, command as CommandClass);
    }
    return classes;
  }
}
