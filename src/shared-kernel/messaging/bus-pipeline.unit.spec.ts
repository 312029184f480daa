import type { Provider, Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { z } from 'zod';
import { type MessagingKernel, openMessaging } from '../../../test/conformance/messaging-kernel.js';
import { defineCommand, defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { BusPipeline } from './bus-pipeline.js';
import { Pipeline } from './pipeline.js';

const parts = { input: z.object({ n: z.number() }), result: z.number() };
class Plain {
  readonly input = 1;
}
class Double extends defineCommand({ ...parts, name: 'test.double' }) {}
class Read extends defineQuery({ ...parts, name: 'test.read' }) {}

type Execute = (message: { input: { n: number } }) => Promise<number>;

function handlerOf(message: Type, decorate: typeof CommandHandler, execute: Execute): Type {
  class Handles {
    readonly execute = execute;
  }
  (decorate as (message: Type) => ClassDecorator)(message)(Handles);
  return Handles;
}
const handles = (execute: Execute) => handlerOf(Double, CommandHandler, execute);
const answers = (execute: Execute) => handlerOf(Read, QueryHandler, execute);

describe('the command and query bus', () => {
  let kernel: MessagingKernel;
  let module: TestingModule | undefined;
  const start = async (...providers: Provider[]) => {
    module = await Test.createTestingModule({
      imports: [DiscoveryModule, CqrsModule.forRoot()],
      providers: [{ provide: Pipeline, useValue: kernel.pipeline }, BusPipeline, ...providers],
    }).compile();
    await module.init();
    return { commands: module.get(CommandBus), queries: module.get(QueryBus) };
  };

  beforeEach(async () => {
    kernel = await openMessaging('debug');
    module = undefined;
  });
  afterEach(async () => {
    await module?.close();
    await kernel.end();
  });

  it('runs every handler inside the pipeline', async () => {
    const { commands, queries } = await start(
      handles(async ({ input }) => 2 * input.n),
      answers(async ({ input }) => input.n),
      { provide: 'not a class', useValue: 1 },
    );
    expect(await commands.execute(new Double({ n: 4 }))).toBe(8);
    expect(await queries.execute(new Read({ n: 5 }))).toBe(5);
    expect(kernel.lines).toMatchObject([
      { 'event.dataset': 'signalbox.command', 'event.action': 'test.double' },
      { 'event.dataset': 'signalbox.query', 'event.action': 'test.read' },
    ]);
    const wrong = new Double({ n: 'four' as unknown as number });
    await expect(commands.execute(wrong)).rejects.toMatchObject({ code: 'contracts.violated' });
  });

  it('refuses a second handler for one message, and one without a contract', async () => {
    const execute = async () => 1;
    await expect(start(handles(execute), handles(execute))).rejects.toThrow(
      'test.double has two handlers: Handles and Handles',
    );
    await expect(start(handlerOf(Plain, CommandHandler, execute))).rejects.toThrow(
      'Handles handles a class that defineCommand or defineQuery did not make',
    );
  });

  it('lets a command decide anew after a conflict, on fresh reads', async () => {
    let state = 0;
    const { commands } = await start(
      handles(async () => {
        const read = ++state;
        if (read < 4) throw storageErrors.conflict('It changed.');
        return read;
      }),
    );
    expect(await commands.execute(new Double({ n: 1 }))).toBe(4);
    expect(kernel.lines).toHaveLength(1);
  });

  it('gives a conflict up after the fourth try', async () => {
    let tries = 0;
    const { commands } = await start(
      handles(async () => {
        tries++;
        throw storageErrors.conflict('It changed.');
      }),
    );
    await expect(commands.execute(new Double({ n: 1 }))).rejects.toMatchObject({
      code: 'storage.conflict',
    });
    expect(tries).toBe(4);
  });

  it('repeats neither a query nor a command that failed in another way', async () => {
    let tries = 0;
    const fails = (error: Error) => async () => {
      tries++;
      throw error;
    };
    const { commands, queries } = await start(
      handles(fails(new Error('bug'))),
      answers(fails(storageErrors.conflict('It changed.'))),
    );
    await expect(commands.execute(new Double({ n: 1 }))).rejects.toThrow('bug');
    await expect(queries.execute(new Read({ n: 1 }))).rejects.toThrow('It changed.');
    expect(tries).toBe(2);
  });
});
