import type { LabelValue } from './metric-labels.js';

/** What stands in place of every label value once a metric has too many series. */
const otherValue = '_other';

interface Branch<Child> {
  readonly branches: Map<LabelValue, Branch<Child>>;
  child: Child | undefined;
}

/**
 * The series of one metric by their label values. A tree of maps, one level a label: finding a
 * series builds no string, which is most of what a measurement would cost.
 */
export class LabelSeries<Child> {
  private readonly root = newBranch<Child>();
  private size = 0;
  private overflow: Child | undefined;

  /**
   * @param labelNames the labels, in a fixed order
   * @param seriesMax series past this number share one whose label values are all `_other`
   * @param make the series of these label values; called once for each
   * @param onOverflow called for every measurement that goes to the shared series
   */
  constructor(
    private readonly labelNames: readonly string[],
    private readonly seriesMax: number,
    private readonly make: (labels: Record<string, LabelValue>) => Child,
    private readonly onOverflow: () => void,
  ) {}

  find(labels: Readonly<Record<string, LabelValue>>): Child {
    let branch = this.root;
    for (const name of this.labelNames) {
      const next = branch.branches.get(labels[name] ?? '');
      if (next === undefined) return this.add(labels);
      branch = next;
    }
    return branch.child ?? this.add(labels);
  }

  private add(labels: Readonly<Record<string, LabelValue>>): Child {
    if (this.size >= this.seriesMax) return this.other();
    const copy: Record<string, LabelValue> = {};
    let branch = this.root;
    for (const name of this.labelNames) {
      const value = labels[name] ?? '';
      copy[name] = value;
      let next = branch.branches.get(value);
      if (next === undefined) branch.branches.set(value, (next = newBranch<Child>()));
      branch = next;
    }
    this.size += 1;
    return (branch.child = this.make(copy));
  }

  private other(): Child {
    this.onOverflow();
    const labels = Object.fromEntries(this.labelNames.map((name) => [name, otherValue]));
    return (this.overflow ??= this.make(labels));
  }
}

function newBranch<Child>(): Branch<Child> {
  return { branches: new Map(), child: undefined };
}
