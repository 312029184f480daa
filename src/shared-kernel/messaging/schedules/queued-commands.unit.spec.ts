import { ThingHappened } from '../../../../test/conformance/messaging-kernel.js';
import {
  Note,
  note,
  NotesProgram,
  plan,
  queuedNote,
  Unhandled,
} from '../../../../test/support/note-commands.js';

describe('queued commands', () => {
  let program: NotesProgram;

  beforeEach(async () => {
    program = new NotesProgram();
    await program.startAnew();
  });
  afterEach(() => program.end());

  it('run at once, after a while, or at a time', async () => {
    const { nowMs } = program.clock;
    await program.queue(
      queuedNote('at a time', { atMs: nowMs + 60_000 }),
      queuedNote('after a while', { afterMs: 900_000 }),
      queuedNote('at once'),
    );
    await program.noted('at once');
    program.advance(60_000);
    await program.noted('at once', 'at a time');
    program.advance(839_999);
    await program.settled('done', 'due', 'done');
    program.advance(1);
    await program.noted('at once', 'at a time', 'after a while');
    await program.settled('done', 'done', 'done');
  });

  it('are stored with their decision or not at all', async () => {
    const refused = { ...note('x'), expect: 'one-row' as const, conflict: 'never' };
    const write = { ...refused, statement: { sql: 'DELETE FROM note', parameters: [] } };
    const outcome = await program.log.tryCommit({ writes: [write], commands: [queuedNote('no')] });
    expect(outcome).toEqual({ committed: false, conflict: 'never' });
    expect(await program.states()).toEqual([]);
  });

  it('with one id run once', async () => {
    await program.queue(queuedNote('first', { id: 'mine' }), queuedNote('second', { id: 'mine' }));
    await program.noted('first');
    await program.settled('done');
    await program.queue(queuedNote('third', { id: 'mine' }), queuedNote('other'));
    await program.noted('first', 'other');
    expect(await program.states()).toEqual(['done', 'done']);
  });

  it('can be cancelled by a decision before they run, also while they do', async () => {
    plan.hangs.add('hanging');
    await program.queue(
      queuedNote('later', { id: 'later', afterMs: 1_000 }),
      queuedNote('hanging', { id: 'now' }),
    );
    await program.until(() => plan.hanging.size === 1);
    await program.log.commit({ cancels: ['later', 'now', 'unknown'] });
    plan.hanging.get('hanging')?.();
    await program.until(async () => (await program.runs('test.note', 'lost')) === 1);
    program.advance(2_000);
    await program.queue(queuedNote('after'));
    await program.noted('after');
    expect(await program.states()).toEqual(['cancelled', 'cancelled', 'done']);
  });

  it('are tried again with pauses, and done exactly once', async () => {
    plan.failures.set('twice', 2);
    await program.queue(queuedNote('twice'));
    await program.until(() => plan.ran.length === 1);
    await program.triedOnce();
    program.advance(1_200);
    await program.until(() => plan.ran.length === 2);
    await program.triedOnce(2);
    program.advance(3_100);
    await program.queue(queuedNote('other'));
    await program.noted('other');
    expect(plan.ran).toEqual(['twice', 'twice', 'other']);
    program.advance(2_000);
    await program.noted('other', 'twice');
    expect(await program.states()).toEqual(['done', 'done']);
  });

  it('are dead after the last try, with their error', async () => {
    plan.failures.set('never', 100);
    await program.queue(queuedNote('never'));
    await program.until(async () => {
      program.advance(4_000_000);
      return (await program.states()).join() === 'dead';
    });
    expect(plan.ran.length).toBe(8);
    expect(await program.rows('SELECT error_code, error_message FROM queued_command')).toEqual([
      { error_code: 'internal', error_message: 'never fails' },
    ]);
    await program.until(async () => (await program.runs('test.note', 'dead')) === 1);
  });

  it('without a handler are dead in the end and say so', async () => {
    await program.queue({ tenant: 'default', command: new Unhandled({}) });
    await program.until(async () => {
      program.advance(4_000_000);
      return (await program.states()).join() === 'dead';
    });
    expect(await program.rows('SELECT error_code FROM queued_command')).toEqual([
      { error_code: 'schedules.unknown-command' },
    ]);
  });

  it('that commit nothing are done as well, and once', async () => {
    await program.queue(queuedNote('nothing'), queuedNote('something'));
    await program.settled('done', 'done');
    expect(plan.ran.sort()).toEqual(['nothing', 'something']);
  });

  it('that fail after their commit stay done, since it stands', async () => {
    await program.queue(queuedNote('late'));
    await program.settled('done');
    await program.until(() =>
      program.lines.some((line) => line['error.message'] === 'too late to fail'),
    );
    expect(await program.notes()).toEqual(['late']);
  });

  it.each([
    ['breaks its contract', queuedNote(7 as unknown as string), 'contracts.violated'],
    [
      'is too large',
      queuedNote('x', { command: new Note({ text: 'x', pad: 'x'.repeat(300_000) }) }),
      'schedules.input-too-large',
    ],
  ])('are refused with their decision when the input %s', async (_what, command, code) => {
    await expect(program.queue(queuedNote('fine'), command)).rejects.toMatchObject({ code });
    expect(await program.states()).toEqual([]);
  });

  it('are refused when they are no commands or have no usable id', async () => {
    const event = ThingHappened as unknown as new (input: unknown) => { input: unknown };
    await expect(program.queue(queuedNote('x', { command: new event({}) }))).rejects.toThrow(
      'is no command',
    );
    await expect(program.queue(queuedNote('x', { id: '' }))).rejects.toThrow('1 to 200 characters');
  });
});
