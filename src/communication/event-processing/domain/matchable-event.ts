/** What rules may look at in an event. */
export interface MatchableEvent {
  readonly tenant: string;
  /** The type that rules name, e.g. `github.push`. */
  readonly type: string;
  /** The CloudEvents source URI. */
  readonly source: string;
  /** The source (`src_...`) whose webhook became this event, null for published events. */
  readonly sourceId: string | null;
  /** The parsed data, as far as it is JSON. */
  readonly data: unknown;
  /**
   * True for our own operational events: only a rule that names their type exactly matches them.
   */
  readonly operational?: boolean;
}
