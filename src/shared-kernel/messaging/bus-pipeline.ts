import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { MessageClass, MessageContract } from '#shared-kernel/contracts/message-contract.js';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { commandHandlerKey, queryHandlerKey } from './cqrs-metadata.js';
import { moduleOf } from './module-of.js';
import { Pipeline } from './pipeline.js';

/** Runs of a handler whose commit met a conflict, before the caller gets a 409. */
const conflictTriesMax = 4;

interface Handler {
  execute(message: { input: unknown }): Promise<unknown>;
}

/**
 * Puts the pipeline around every command and query handler, whoever calls the bus, and refuses a
 * second handler for one message at the start (@nestjs/cqrs would let the last one win).
 */
@Injectable()
export class BusPipeline implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly pipeline: Pipeline,
  ) {}

  onModuleInit(): void {
    const handlers = new Map<string, string>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || instance === undefined) continue;
      const message = messageHandledBy(metatype);
      if (message === undefined) continue;
      const contract = contractOf(message, metatype.name);
      const other = handlers.get(contract.name);
      if (other !== undefined) {
        throw new Error(`${contract.name} has two handlers: ${other} and ${metatype.name}`);
      }
      handlers.set(contract.name, metatype.name);
      this.wrap(instance as Handler, contract);
    }
  }

  private wrap(handler: Handler, contract: MessageContract): void {
    const execute = handler.execute.bind(handler);
    const { kind, name } = contract;
    handler.execute = async (message) => {
      const asker = currentContext()?.module ?? null;
      try {
        return await this.pipeline.run(
          { kind, name, origin: null, contract, input: message.input, facts: {} },
          () => (kind === 'command' ? againOnConflict(() => execute(message)) : execute(message)),
        );
      } catch (error) {
        throw asker === null || asker === moduleOf(name) ? error : acrossBorder(error, name, asker);
      }
    };
  }
}

/**
 * A conflict means that the handler decided on old reads: it decides again, a bounded number of
 * times.
 */
async function againOnConflict<Result>(execute: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await execute();
    } catch (error) {
      const conflict = error instanceof DomainError && error.code === storageErrors.conflict.code;
      if (!conflict || tries >= conflictTriesMax) throw error;
    }
  }
}

/**
 * An error that leaves its module keeps its code and all that callers read, and gains a cause that
 * names the border. A bug stays the bug that it is.
 */
function acrossBorder(error: unknown, message: string, asker: string): unknown {
  if (!(error instanceof DomainError)) return error;
  const { code, definition, fields, retryAfterSeconds, stack } = error;
  const crossing = new DomainError(code, definition, error.message, {
    ...(fields === undefined ? {} : { fields }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    cause: new Error(`${message}, asked by ${asker}`, { cause: error }),
  });
  // Where it was thrown says more than where it crossed.
  if (stack !== undefined) crossing.stack = stack;
  return crossing;
}

function messageHandledBy(handler: object): MessageClass | undefined {
  const message: unknown =
    Reflect.getMetadata(commandHandlerKey, handler) ??
    Reflect.getMetadata(queryHandlerKey, handler);
  return message as MessageClass | undefined;
}

function contractOf(message: Partial<MessageClass>, handlerName: string): MessageContract {
  if (message.contract === undefined) {
    throw new Error(
      `${handlerName} handles a class that defineCommand or defineQuery did not make`,
    );
  }
  return message.contract;
}
