import type { Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome, Store } from '#shared-kernel/persistence/store.js';
import type { PlantedFault } from './crash-plan.ts';
import { type Crash, CrashingStore } from './crashing-store.ts';

/** A store that breaks one promise of the kernel on purpose: the crash run must find out. */
export class FaultyStore extends CrashingStore {
  private readonly fault: PlantedFault;

  constructor(inner: Store, crash: Crash, fault: PlantedFault) {
    super(inner, crash);
    this.fault = fault;
  }

  override async commit(writes: readonly Write[]): Promise<CommitOutcome> {
    const movesCheckpoint = ({ conflict }: Write) => conflict === 'reaction-is-mine';
    switch (this.fault) {
      case 'checkpoint-apart': {
        const checkpoint = writes.filter(movesCheckpoint);
        const effects = writes.filter((write) => !movesCheckpoint(write));
        if (checkpoint.length === 0 || effects.length === 0) return super.commit(writes);
        const moved = await super.commit(checkpoint);
        return moved.committed ? super.commit(effects) : moved;
      }
      case 'early-acknowledgement': {
        const onlyAppends = writes.every(({ statement }) => statement.sql.includes('event_log'));
        if (!onlyAppends) return super.commit(writes);
        super.commit(writes).catch(() => undefined);
        return { committed: true, rows: [] };
      }
      case 'no-fence':
        return super.commit(writes.map((one) => (movesCheckpoint(one) ? unfenced(one) : one)));
    }
  }
}

/** Whoever it is and wherever the checkpoint stands: the values stay, the comparisons go. */
function unfenced(write: Write): Write {
  const sql = write.statement.sql.replaceAll(
    /"(?:epoch|position)" = (\?|\$\d+)(?= and|$)/g,
    (text, value: string, at: number, whole: string) =>
      whole.lastIndexOf(' where ', at) < 0 ? text : `CAST(${value} AS BIGINT) IS NOT NULL`,
  );
  return { ...write, statement: { ...write.statement, sql } };
}
