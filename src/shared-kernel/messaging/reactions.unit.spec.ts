import type { Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { EventsHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  happened,
  type MessagingKernel,
  openMessaging,
  statement,
  ThingHappened,
} from '../../../test/conformance/messaging-kernel.js';
import { always } from '#shared-kernel/persistence/statement.js';
import { Reaction, type ReactionOptions } from './reaction.js';
import { Reactions } from './reactions.js';

class Plain {
  readonly data = 1;
}

/** A class that reacts to events, as a module would declare it. */
function reactionClass(options: ReactionOptions | null, events = [ThingHappened] as Type[]): Type {
  class Reacts {
    handle() {
      return {};
    }
  }
  EventsHandler(...events)(Reacts);
  if (options !== null) Reaction(options)(Reacts);
  return Reacts;
}

describe('the reactions of a program', () => {
  let kernel: MessagingKernel;
  let modules: TestingModule[];
  /** Starts a program with these classes on the store. */
  const register = async (...providers: Type[]) => {
    const program = { imports: [DiscoveryModule], providers };
    const module = await Test.createTestingModule(program).compile();
    modules.push(module);
    const discovery = module.get(DiscoveryService, { strict: false });
    const { storage, eventLog, clock } = kernel;
    await new Reactions(discovery, storage, eventLog, clock).register();
    return stored();
  };
  const stored = async () =>
    new Map((await kernel.storage.all()).map(({ id, position }) => [id, position]));

  beforeEach(async () => {
    kernel = await openMessaging();
    modules = [];
    await kernel.eventLog.commit({ events: [happened(1), happened(2)] });
  });
  afterEach(async () => {
    await Promise.all(modules.map((module) => module.close()));
    await kernel.end();
  });

  it('begin at the first event or behind the newest, as they say', async () => {
    const all = reactionClass({ id: 'm.all', start: 'first' });
    const fresh = reactionClass({ id: 'm.new', start: 'now' });
    const begun = new Map([
      ['m.all', 0],
      ['m.new', 2],
    ]);
    expect(await register(all, fresh)).toEqual(begun);
    await kernel.eventLog.commit({ events: [happened(3)] });
    expect(await register(all, fresh)).toEqual(begun);
  });

  it('begin at the first event that happened at a time, or later', async () => {
    kernel.clock.nowMs += 60_000;
    const at = new Date(kernel.clock.now()).toISOString();
    const since = reactionClass({ id: 'm.since', start: { at } });
    await kernel.eventLog.commit({ events: [happened(3)] });
    const ahead = reactionClass({ id: 'm.ahead', start: { at: '2099-01-01T00:00:00Z' } });
    expect(await register(since, ahead)).toEqual(
      new Map([
        ['m.ahead', 3],
        ['m.since', 2],
      ]),
    );
    const never = reactionClass({ id: 'm.never', start: { at: 'tomorrow' } });
    await expect(register(since, ahead, never)).rejects.toThrow('tomorrow, which is no ISO 8601');
  });

  it('begin at the start of an empty log', async () => {
    await kernel.store.commit([always(statement('DELETE FROM event_log'))]);
    expect(await register(reactionClass({ id: 'm.new', start: 'now' }))).toEqual(
      new Map([['m.new', 0]]),
    );
  });

  it('may not be missing when the store remembers them, and then nothing is changed', async () => {
    await register(reactionClass({ id: 'm.old', start: 'first' }));
    const starting = register(reactionClass({ id: 'm.other', start: 'first' }));
    await expect(starting).rejects.toThrow('reactions that this version lacks: m.old');
    expect(await stored()).toEqual(new Map([['m.old', 0]]));
  });

  it('take their checkpoint and parked events along when they are renamed', async () => {
    await register(reactionClass({ id: 'm.old', start: 'now' }));
    await kernel.store.commit([
      always(
        statement(
          "INSERT INTO parked_event VALUES ('m.old', 1, 'a', 'dead', 8, 0, '', '', 0, NULL)",
        ),
      ),
    ]);
    const renamed = reactionClass({ id: 'm.new', start: 'first', formerIds: ['m.older', 'm.old'] });
    expect(await register(renamed)).toEqual(new Map([['m.new', 2]]));
    expect(await kernel.rows('SELECT reaction_id FROM parked_event')).toEqual([
      { reaction_id: 'm.new' },
    ]);
    expect(await register(renamed)).toEqual(new Map([['m.new', 2]]));
  });

  it('are refused when two stored ones claim to have become one', async () => {
    const before = [
      reactionClass({ id: 'm.one', start: 'first' }),
      reactionClass({ id: 'm.two', start: 'now' }),
    ];
    await register(...before);
    const merged = reactionClass({ id: 'm.both', start: 'now', formerIds: ['m.one', 'm.two'] });
    await expect(register(merged)).rejects.toThrow('lacks: m.two');
    expect([...(await stored()).keys()].sort()).toEqual(['m.one', 'm.two']);
  });

  it('are refused when two have one id, or one has none', async () => {
    const one = reactionClass({ id: 'm.same', start: 'now' });
    const two = reactionClass({ id: 'm.same', start: 'now' });
    await expect(register(one, two)).rejects.toThrow('two reactions have the id m.same');
    await expect(register(reactionClass(null))).rejects.toThrow(
      'Reacts handles events but has no @Reaction with a stable id',
    );
  });

  it('are refused when they handle what is no event of ours', async () => {
    const foreign = reactionClass({ id: 'm.foreign', start: 'now' }, [Plain]);
    await expect(register(foreign)).rejects.toThrow('a class that defineEvent did not make');
  });
});
