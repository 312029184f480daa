import { DomainError } from '../../src/shared-kernel/domain/domain-error.js';
import { messagingErrors } from '../../src/shared-kernel/messaging/reaction-errors.js';
import { happened, type MessagingKernel, ThingHappened, ThingNoticed } from './messaging-kernel.js';
import { type OperatorBench, operatorBench } from './operator-bench.js';
import { type ReactionBench, reactionBench, reactionId } from './reaction-bench.js';
import { ReactionModel } from './reaction-model.js';

/** Longer than any delay between two tries. */
const longMs = 2 * 3_600_000;
/** Added to the number of an event by an edit that mends it: the handler takes all of these. */
const mendedNumber = 1_000_000;
/** More than one run ever has. */
const rowsMax = 10_000;
const replaysMax = 10;

/** A real reaction and the model of it, which get the same to do. */
export class ReactionModelRun {
  /** Whether the runner is told of the next change by hand, as in the process that made it. */
  isTold = true;
  private readonly model = new ReactionModel();
  private readonly positions: number[] = [];
  private readonly operator: OperatorBench;

  private constructor(
    private readonly kernel: MessagingKernel,
    private bench: ReactionBench,
    private readonly broken: Set<number>,
  ) {
    const deaf = { refresh: () => undefined };
    this.operator = operatorBench(kernel, () => (this.isTold ? this.bench : deaf));
  }

  static async begin(kernel: MessagingKernel): Promise<ReactionModelRun> {
    const broken = new Set<number>();
    const bench = await reactionBench(kernel, ({ data }) => {
      if (broken.has(data.n)) throw new Error(`no ${data.n} today`);
      return { events: [ThingNoticed.of({ tenant: 'default', data })] };
    });
    return new ReactionModelRun(kernel, bench, broken);
  }

  /** Appends events in one commit; the handler fails at those that are broken. */
  async append(events: readonly { key: string; isBroken: boolean }[]): Promise<void> {
    const made = events.map(({ key }) => this.model.append(key));
    for (const [index, { n }] of made.entries()) if (events[index]?.isBroken) this.break(n);
    await this.kernel.eventLog.commit({ events: made.map(({ n, key }) => happened(n, key)) });
    const names = [ThingHappened.contract.name];
    const after = this.positions.at(-1) ?? 0;
    const rows = await this.kernel.storage.log.next({ names, after, upTo: rowsMax }, rowsMax);
    this.positions.push(...rows.map(({ position }) => position));
  }

  break(n: number): void {
    this.broken.add(n);
    this.model.broken.add(n);
  }

  mend(n: number): void {
    this.broken.delete(n);
    this.model.broken.delete(n);
  }

  /** Lets every parked event have its try, so many times. */
  async passTime(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.kernel.clock.nowMs += longMs;
      this.model.passTime();
      await this.settle();
    }
  }

  async retry(n: number): Promise<void> {
    const expected = this.model.retry(n) ? null : messagingErrors.eventWaits.code;
    expect(await codeOf(this.operator.retry(this.positionOf(n)))).toBe(expected);
  }

  async edit(n: number, mends: boolean): Promise<void> {
    const edited = mends ? mendedNumber + n : n;
    const key = this.model.events[n - 1]?.key;
    const expected = this.model.retry(n, edited) ? null : messagingErrors.eventWaits.code;
    const editing = this.operator.edit(this.positionOf(n), { key, n: edited });
    expect(await codeOf(editing)).toBe(expected);
  }

  async skip(n: number): Promise<void> {
    this.model.skip([n]);
    await this.operator.skip(this.positionOf(n));
  }

  async retryAll(key: string | undefined): Promise<void> {
    const changed = this.parkedNumbers(key).filter((n) => this.model.retry(n)).length;
    expect(await this.operator.retryAll({ key })).toMatchObject({ matched: changed, changed });
  }

  async skipAll(key: string | undefined, state?: 'parked' | 'waiting' | 'dead'): Promise<void> {
    const meant = this.parkedNumbers(key).filter(
      (n) => state === undefined || this.model.parked.get(n)?.state === state,
    );
    const dry = await this.operator.skipAll({ key, state }, true);
    expect(dry).toMatchObject({ matched: meant.length, changed: 0 });
    this.model.skip(meant);
    const { changed } = await this.operator.skipAll({ key, state });
    expect(changed).toBe(meant.length);
  }

  async pause(isPaused: boolean): Promise<void> {
    this.model.isPaused = isPaused;
    await this.operator.pause(isPaused);
  }

  async replay(from: number, to: number, key: string | null): Promise<void> {
    if (this.model.replays.length >= replaysMax) return;
    const events = this.model.replayable(from, to, key).length;
    const range = { from: this.positionOf(from), to: this.positionOf(to) };
    const request = { ...range, ...(key === null ? {} : { key }) };
    expect(await this.operator.replay({ ...request, dryRun: true })).toMatchObject({ events });
    const expected = events > 0 ? null : messagingErrors.replayIsEmpty.code;
    expect(await codeOf(this.operator.replay(request))).toBe(expected);
    if (events > 0) {
      this.model.replays.push({ next: from, to: Math.min(to, this.model.checkpoint), key });
    }
  }

  async cancelReplay(): Promise<void> {
    const running = await this.kernel.storage.replays.running(reactionId);
    expect(running === undefined).toBe(this.model.replays.shift() === undefined);
    if (running !== undefined) await this.operator.cancel(running.id);
  }

  /** As if the process had died. */
  restart(): Promise<void> {
    return this.bench.restart();
  }

  /** Another process takes the reaction over; the former one does not know it yet. */
  async takeOver(): Promise<void> {
    const former = this.bench;
    this.bench = await former.twin();
    await former.round();
  }

  async settle(): Promise<void> {
    this.model.settle();
    await this.bench.settle();
  }

  /** Holds the reaction against the model, and both against what must be true of any reaction. */
  async check(): Promise<void> {
    const { model } = this;
    const rows = await this.operator.reader.list(reactionId, {}, { after: 0, limit: rowsMax });
    expect(
      rows.map(({ position, state, tries, is_edited: isEdited }) => ({
        n: this.positions.indexOf(position) + 1,
        state,
        tries,
        isEdited: isEdited === 1,
      })),
    ).toEqual(
      this.parkedNumbers(undefined).map((n) => {
        const { state, tries, edited } = model.parked.get(n)!;
        return { n, state, tries, isEdited: edited !== null };
      }),
    );
    await this.checkCounts();
    await this.checkOrder();
  }

  private async checkCounts(): Promise<void> {
    const { model } = this;
    const { view } = await this.operator.reports.one(reactionId);
    const { taken, handled, parked, dead, skipped } = view.counts;
    expect(taken).toBe(handled + parked + dead + skipped);
    expect(view.counts).toEqual({
      taken: model.taken,
      handled: model.handled,
      skipped: model.skipped,
      dead: model.countOf(['dead']),
      parked: model.countOf(['parked', 'waiting']),
    });
    expect(view.pausedAt !== null).toBe(model.isPaused);
    expect(view.runningReplay !== null).toBe(model.replays.length > 0);
    const replays = await this.kernel.storage.replays.list(reactionId, undefined, rowsMax);
    for (const replay of replays.filter(({ state }) => state === 'done')) {
      expect(replay.handled + replay.parked + replay.passed_over).toBe(replay.selected);
    }
  }

  private async checkOrder(): Promise<void> {
    const names = [ThingNoticed.contract.name];
    const rows = await this.kernel.storage.log.next({ names, after: 0, upTo: rowsMax }, rowsMax);
    const effects = new Map<string, number[]>();
    for (const { data } of rows) {
      const { key, n } = ThingNoticed.contract.schema.parse(JSON.parse(data));
      effects.set(key, [...(effects.get(key) ?? []), n]);
    }
    expect(effects).toEqual(this.model.effects);
    for (const numbers of effects.values()) {
      const firsts = [...new Set(numbers.map((n) => n % mendedNumber))];
      const inOrder = firsts.filter((n) => !this.model.outOfOrder.has(n));
      expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    }
  }

  /** Numbers of all events. */
  get numbers(): number[] {
    return this.model.events.map(({ n }) => n);
  }

  get brokenNumbers(): number[] {
    return [...this.broken];
  }

  parkedNumbers(key: string | undefined): number[] {
    const numbers = [...this.model.parked.keys()].sort((one, other) => one - other);
    return numbers.filter((n) => key === undefined || this.model.events[n - 1]?.key === key);
  }

  private positionOf(n: number): number {
    return this.positions[n - 1] ?? 0;
  }
}

/** The code that a command is refused with, null when it is not. */
async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
