import { Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import {
  happened,
  ThingHappened,
  ThingNoticed,
} from '../../../test/conformance/messaging-kernel.js';
import { MessagingProgram } from '../../../test/support/messaging-program.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Decision } from './event-log.js';
import { Reaction } from './reaction.js';
import { ReactionEngine } from './reaction-engine.js';

const handled: number[] = [];

@Injectable()
@EventsHandler(ThingHappened)
@Reaction({ id: 'test.hear-when-thing-happened', start: 'first' })
class HearWhenThingHappened {
  handle({ data }: InstanceType<typeof ThingHappened>): Decision {
    handled.push(data.n);
    return {};
  }
}

@Injectable()
@EventsHandler(ThingNoticed)
@Reaction({ id: 'test.sleep-when-thing-noticed', start: 'first' })
class SleepWhenThingNoticed {
  handle(): Decision {
    return {};
  }
}

/** What the program asks the store from now on. */
function questionsTo(program: MessagingProgram): Statement[] {
  const asked: Statement[] = [];
  const { store } = program;
  const find = store.find.bind(store);
  const list = store.list.bind(store);
  store.find = (statement) => {
    asked.push(statement);
    return find(statement);
  };
  store.list = (statement) => {
    asked.push(statement);
    return list(statement);
  };
  return asked;
}

describe('the reactions of a program', () => {
  let program: MessagingProgram;

  beforeEach(async () => {
    handled.length = 0;
    program = new MessagingProgram([HearWhenThingHappened, SleepWhenThingNoticed]);
    await program.start();
  });
  afterEach(() => program.end());

  it('hear of an event that another process appended, and only those that want it', async () => {
    const asked = questionsTo(program);
    await program.store.commit(program.log.writesOf({ events: [happened(1)] }));
    await program.until(() => handled.length === 1);
    const looks = () => asked.filter(({ sql }) => /max\("position"\)/.test(sql)).length;
    const before = looks();
    await program.until(() => looks() >= before + 2);
    const idle = asked.filter(({ parameters }) =>
      parameters.includes('test.sleep-when-thing-noticed'),
    );
    expect(handled).toEqual([1]);
    expect(idle).toEqual([]);
    // Both stand at the head of the log, the one that read it and the one that had nothing to read.
    const lag = await program.get(ReactionEngine).lag();
    expect(lag.map(({ events }) => events)).toEqual([0, 0]);
  });
});
