import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { RuleMatcher } from './match-rules.js';
import type { Rule } from './rule.js';

/** Which rules a list shows, oldest first. */
export interface RuleFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Where rules are kept. Changes are writes that the caller commits together. */
export abstract class RuleBook {
  /**
   * The compiled rules of a tenant. Asked for every event, so changes that other processes made may
   * be up to a second away.
   */
  abstract matcher(tenant: string): Promise<RuleMatcher>;
  abstract byId(tenant: string, id: string): Promise<Rule | undefined>;
  abstract list(filter: RuleFilter): Promise<Page<Rule>>;
  abstract count(tenant: string): Promise<number>;
  abstract add(rule: Rule): Write[];
  /** Replaces the rule as it was at `revision`. */
  abstract replace(rule: Rule, revision: number): Write[];
  abstract remove(rule: Rule): Write[];
  /** Call after a change was committed, so that this process matches by it at once. */
  abstract forget(tenant: string): void;
}
