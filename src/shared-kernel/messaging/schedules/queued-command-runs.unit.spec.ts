import { Again, NotesProgram, plan, queuedNote } from '../../../../test/support/note-commands.js';
import { PerformQueuedCommands } from './perform-queued-commands.js';
import { QueuedCommands } from './queued-commands.js';
import { runInContext } from '#shared-kernel/observability/message-context.js';

describe('runs of queued commands', () => {
  let program: NotesProgram;

  beforeEach(async () => {
    program = new NotesProgram();
    await program.startAnew();
  });
  afterEach(() => program.end());

  it('of one key run one after another in order, others beside them', async () => {
    plan.hangs.add('a1');
    plan.failures.set('a2', 1);
    const a = { key: 'a' };
    await program.queue(
      queuedNote('a1', a),
      queuedNote('a2', a),
      queuedNote('a3', a),
      queuedNote('b1', { key: 'b' }),
    );
    await program.queue(queuedNote('free'), queuedNote('a later one', { ...a, afterMs: 5_000 }));
    await program.until(async () => (await program.notes()).length === 2);
    expect((await program.notes()).sort()).toEqual(['b1', 'free']);
    plan.hanging.get('a1')?.();
    await program.until(() => plan.ran.includes('a2'));
    await program.triedOnce();
    expect(plan.ran).not.toContain('a3');
    program.advance(1_200);
    await program.until(async () => (await program.notes()).length === 5);
    expect((await program.notes()).slice(2)).toEqual(['a1', 'a2', 'a3']);
    program.advance(5_000);
    await program.until(async () => (await program.notes()).length === 6);
  });

  it('of one key keep their order in a long backlog that holds up nobody', async () => {
    plan.hangs.add('k0');
    const backlog = Array.from({ length: 600 }, (_, n) => queuedNote(`k${n}`, { key: 'k' }));
    await program.queue(...backlog);
    await program.until(() => plan.hanging.size === 1);
    await program.queue(queuedNote('other'));
    await program.noted('other');
    plan.hanging.get('k0')?.();
    await program.until(async () => (await program.notes()).length === 601);
    expect((await program.notes()).slice(1)).toEqual(backlog.map((_, n) => `k${n}`));
  }, 60_000);

  it('continue the trace and the cause of what queued them', async () => {
    const context = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      sampled: true,
      correlationId: 'corr',
      causationId: 'evt_1',
      hops: 2,
      module: null,
    };
    await runInContext(context, () => program.queue(queuedNote('traced')));
    await program.noted('traced');
    expect(plan.contexts).toMatchObject([
      { traceId: context.traceId, correlationId: 'corr', causationId: 'evt_1', hops: 3 },
    ]);
  });

  it('that queue themselves for ever are ended as a loop', async () => {
    await program.queue({ tenant: 'default', command: new Again({ n: 0 }) });
    await program.until(async () => (await program.states()).at(-1) === 'dead');
    expect((await program.states()).length).toBe(17);
    expect(
      await program.rows("SELECT error_code FROM queued_command WHERE state = 'dead'"),
    ).toEqual([{ error_code: 'messaging.hop-limit' }]);
  });

  it.each(['before', 'after'] as const)(
    'run exactly once when the process dies %s the commit of the handler',
    async (when) => {
      program.store.death = { when, at: (sql) => sql.includes('INTO note') };
      await program.queue(queuedNote('one', { key: 'k' }), queuedNote('two', { key: 'k' }));
      await program.until(() => program.store.isDead);
      await program.stop();
      await program.start();
      await program.noted('one', 'two');
      await program.settled('done', 'done');
      expect(plan.ran.filter((text) => text === 'one').length).toBe(when === 'before' ? 2 : 1);
    },
  );

  it('whose lease ran out are taken over, and the late loser stores nothing', async () => {
    plan.hangs.add('slow');
    await program.queue(queuedNote('slow'));
    await program.until(() => plan.hanging.size === 1);
    const first = plan.hanging.get('slow');
    plan.hangs.clear();
    program.advance(61_000);
    await program.noted('slow');
    await program.settled('done');
    first?.();
    await program.until(async () => (await program.runs('test.note', 'lost')) === 1);
    expect(await program.notes()).toEqual(['slow']);
  });

  it('of a process that is gone, or that stops, are due at once', async () => {
    const queue = program.get(QueuedCommands);
    await program.queue(queuedNote('later', { id: 'later', afterMs: 1_000 }));
    const { nowMs } = program.clock;
    const request = { nowMs: nowMs + 1_000, limit: 1, busyLanes: [], claimedBy: 'gone' };
    expect(await queue.claim({ ...request, busyLanes: ['test.note'] })).toEqual([]);
    const [lost] = await queue.claim(request);
    const performer = program.get(PerformQueuedCommands);
    await performer.reclaim('another', nowMs);
    expect(await queue.nextDueAtMs(nowMs)).toBe(nowMs + 61_000);
    await performer.reclaim('gone', nowMs + 500);
    expect(await queue.nextDueAtMs(nowMs)).toBe(nowMs + 500);
    await performer.release(lost!);
    expect(await queue.nextDueAtMs(nowMs)).toBe(nowMs + 500);
    const [again] = await queue.claim(request);
    await performer.release(again!);
    expect(await queue.nextDueAtMs(nowMs)).toBe(nowMs);
    await program.noted('later');
  });
});
