import { type MessagingKernel, openMessaging } from '../../../test/conformance/messaging-kernel.js';
import { SharedStore } from '../../../test/conformance/shared-store.js';
import { silenceMaxMs } from './instance-registry.js';
import { ReactionLeases } from './reaction-leases.js';

const reactions = ['m.one', 'm.three', 'm.two'];

describe('leases of reactions', () => {
  let kernel: MessagingKernel;
  /** Time that passes for every observer. */
  let elapsedMs: number;
  const join = (id: string, { shared = true, has = reactions } = {}) =>
    new ReactionLeases(
      { id, reactions: has },
      kernel.storage,
      shared ? new SharedStore(kernel.store) : kernel.store,
      kernel.clock,
      { elapsedMs: () => elapsedMs },
    );
  const owners = async () =>
    Object.fromEntries((await kernel.storage.all()).map(({ id, owner }) => [id, owner]));

  beforeEach(async () => {
    kernel = await openMessaging();
    elapsedMs = 0;
    const rows = reactions.map((id) => kernel.storage.register(id, 0, 0));
    await kernel.store.commit(rows);
  });
  afterEach(() => kernel.end());

  it('all go to a process that is alone, which then sees no more changes', async () => {
    const only = join('a');
    expect(await only.renew()).toEqual({ changed: reactions, silent: [] });
    expect(await owners()).toEqual({ 'm.one': 'a', 'm.three': 'a', 'm.two': 'a' });
    expect(await only.renew()).toEqual({ changed: [], silent: [] });
  });

  it('are shared with a second process, each one handed over once', async () => {
    const [a, b] = [join('a'), join('b')];
    await a.renew();
    await b.renew();
    expect(await a.renew()).toMatchObject({ changed: ['m.three'] });
    expect(await owners()).toMatchObject({ 'm.three': null });
    expect(await b.renew()).toMatchObject({ changed: expect.arrayContaining(['m.three']) });
    expect(await owners()).toEqual({ 'm.one': 'a', 'm.three': 'b', 'm.two': 'a' });
    expect(await a.renew()).toMatchObject({ changed: ['m.three'] });
  });

  it('of a silent process are taken over, and it is missed until somebody buries it', async () => {
    const [a, b, c] = [join('a'), join('b'), join('c')];
    for (let round = 0; round < 3; round++) {
      for (const leases of [a, b, c]) await leases.renew();
    }
    expect(new Set(Object.values(await owners()))).toEqual(new Set(['a', 'b', 'c']));
    // The last sign of life of c that the others see.
    for (const leases of [a, b]) await leases.renew();
    elapsedMs = silenceMaxMs - 1;
    for (const leases of [a, b]) expect(await leases.renew()).toMatchObject({ silent: [] });
    elapsedMs = silenceMaxMs;
    const [seenByA, seenByB] = [(await a.renew()).silent, (await b.renew()).silent];
    expect(seenByA.map(({ id }) => id)).toEqual(['c']);
    expect(seenByB).toEqual(seenByA);
    await b.bury(seenByB[0]!);
    expect(await a.renew()).toMatchObject({ silent: [] });
    for (const leases of [a, b, a]) await leases.renew();
    expect(new Set(Object.values(await owners()))).toEqual(new Set(['a', 'b']));
  });

  it('go back to a process that only stood still, without its old epoch', async () => {
    const [a, b] = [join('a'), join('b')];
    for (const leases of [a, b, a, b, a]) await leases.renew();
    const before = (await kernel.storage.find('m.three'))!;
    expect(before.owner).toBe('b');
    elapsedMs = silenceMaxMs;
    const { silent } = await a.renew();
    for (const instance of silent) await a.bury(instance);
    const fenced = { ...before, from: 0, to: 1, taken: 0, handled: 0 };
    const { committed } = await kernel.store.commit([kernel.storage.progress(fenced)]);
    expect(committed).toBe(false);
    for (const leases of [b, a, b]) await leases.renew();
    expect(await owners()).toMatchObject({ 'm.three': 'b' });
  });

  it('are free at once when a process ends in order', async () => {
    const [a, b] = [join('a'), join('b')];
    await a.renew();
    await a.release();
    expect(await owners()).toEqual({ 'm.one': null, 'm.three': null, 'm.two': null });
    await b.renew();
    expect(new Set(Object.values(await owners()))).toEqual(new Set(['b']));
  });

  it('of an embedded database are taken at once from a process that was killed', async () => {
    await kernel.end();
    kernel = await openMessaging('info', 'SQLite');
    await kernel.store.commit(reactions.map((id) => kernel.storage.register(id, 0, 0)));
    await join('killed', { shared: false }).renew();
    expect(await join('next', { shared: false }).renew()).toEqual({
      changed: reactions,
      silent: [{ id: 'killed', heartbeats: 0 }],
    });
    expect(new Set(Object.values(await owners()))).toEqual(new Set(['next']));
  });

  it('of a reaction that only the newer version has stay with it', async () => {
    const older = join('a', { has: ['m.one'] });
    const newer = join('b');
    for (const leases of [older, newer, older, newer]) await leases.renew();
    expect(await owners()).toMatchObject({ 'm.three': 'b', 'm.two': 'b' });
  });

  it('tell of a change that a person made', async () => {
    const a = join('a');
    await a.renew();
    await kernel.store.commit([kernel.storage.pause('m.two', 1)]);
    expect(await a.renew()).toEqual({ changed: ['m.two'], silent: [] });
  });
});
