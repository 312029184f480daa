/** Tries of one event before it is dead; the same number as the kernel's. */
const triesMax = 8;

/** An event as the model knows it: its place in the log is its number. */
interface ModelEvent {
  readonly n: number;
  readonly key: string;
}

interface ModelParked {
  state: 'parked' | 'waiting' | 'dead';
  tries: number;
  isDue: boolean;
  /** What the handler gets in place of its number; null when nobody edited it. */
  edited: number | null;
}

interface ModelReplay {
  readonly key: string | null;
  readonly to: number;
  next: number;
}

/**
 * What a reaction should do, as simply as it can be said: one event at a time, no batches, no
 * processes, no commits. The real one has to come to the same.
 */
export class ReactionModel {
  readonly events: ModelEvent[] = [];
  readonly broken = new Set<number>();
  readonly parked = new Map<number, ModelParked>();
  /** Numbers that the handler got and did not fail at, of each key in their order. */
  readonly effects = new Map<string, number[]>();
  /** Events that were given up or taken out once: their order is not kept any more. */
  readonly outOfOrder = new Set<number>();
  taken = 0;
  handled = 0;
  skipped = 0;
  checkpoint = 0;
  isPaused = false;
  replays: ModelReplay[] = [];

  append(key: string): ModelEvent {
    const event = { n: this.events.length + 1, key };
    this.events.push(event);
    return event;
  }

  /** All that happens by itself until the clock moves. */
  settle(): void {
    if (this.isPaused) return;
    let tried: boolean;
    do {
      tried = this.retryDue();
      while (this.checkpoint < this.events.length) this.giveNew(this.events[this.checkpoint++]!);
      while (this.replays.length > 0) this.replayNext(this.replays[0]!);
    } while (tried);
  }

  passTime(): void {
    for (const entry of this.parked.values()) if (entry.state === 'parked') entry.isDue = true;
  }

  /** @returns whether it is one that may be tried */
  retry(n: number, edited: number | null = null): boolean {
    const entry = this.parked.get(n)!;
    if (entry.state === 'waiting') return false;
    Object.assign(entry, { state: 'parked', tries: 0, isDue: true });
    if (edited !== null) entry.edited = edited;
    return true;
  }

  skip(numbers: readonly number[]): void {
    for (const n of numbers) {
      this.parked.delete(n);
      this.outOfOrder.add(n);
      this.skipped++;
    }
    for (const key of new Set(numbers.map((n) => this.keyOf(n)))) this.releaseNext(key);
  }

  /** Numbers of the events that a replay would have. */
  replayable(from: number, to: number, key: string | null): number[] {
    return this.events
      .slice(0, this.checkpoint)
      .filter(({ n }) => n >= from && n <= to)
      .filter((event) => key === null || event.key === key)
      .map(({ n }) => n);
  }

  countOf(states: readonly ModelParked['state'][]): number {
    return [...this.parked.values()].filter(({ state }) => states.includes(state)).length;
  }

  private retryDue(): boolean {
    const due = [...this.parked].filter(([, { state, isDue }]) => state === 'parked' && isDue);
    const keys = new Set<string>();
    for (const [n, entry] of due.sort(([one], [other]) => one - other)) {
      const key = this.keyOf(n);
      if (keys.has(key)) continue;
      keys.add(key);
      this.tryAgain(n, entry);
    }
    return due.length > 0;
  }

  private tryAgain(n: number, entry: ModelParked): void {
    const key = this.keyOf(n);
    if (this.handles(entry.edited ?? n, key)) {
      this.parked.delete(n);
      this.releaseNext(key);
      return;
    }
    entry.tries++;
    entry.isDue = false;
    if (entry.tries < triesMax) return;
    entry.state = 'dead';
    this.outOfOrder.add(n);
    this.releaseNext(key);
  }

  private giveNew({ n, key }: ModelEvent): void {
    this.taken++;
    if (this.isBlocked(key)) this.park(n, 'waiting', 0);
    else if (!this.handles(n, key)) this.park(n, 'parked', 1);
  }

  private replayNext(replay: ModelReplay): void {
    const event = this.events[replay.next - 1];
    if (event === undefined || replay.next > replay.to) {
      this.replays.shift();
      return;
    }
    replay.next++;
    const isMeant = replay.key === null || replay.key === event.key;
    if (isMeant && !this.parked.has(event.n)) this.giveNew(event);
  }

  private handles(n: number, key: string): boolean {
    if (this.broken.has(n)) return false;
    this.effects.set(key, [...(this.effects.get(key) ?? []), n]);
    this.handled++;
    return true;
  }

  private park(n: number, state: 'parked' | 'waiting', tries: number): void {
    this.parked.set(n, { state, tries, isDue: false, edited: null });
  }

  private isBlocked(key: string): boolean {
    return this.ofKey(key).some(([, { state }]) => state !== 'dead');
  }

  private releaseNext(key: string): void {
    const ofKey = this.ofKey(key);
    if (ofKey.some(([, { state }]) => state === 'parked')) return;
    const [next] = ofKey
      .filter(([, { state }]) => state === 'waiting')
      .sort(([one], [other]) => one - other);
    if (next !== undefined) Object.assign(next[1], { state: 'parked', isDue: true });
  }

  private ofKey(key: string): [number, ModelParked][] {
    return [...this.parked].filter(([n]) => this.keyOf(n) === key);
  }

  private keyOf(n: number): string {
    return this.events[n - 1]!.key;
  }
}
