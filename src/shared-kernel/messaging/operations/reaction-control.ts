import type { RegisteredReaction } from '../reaction.js';
import type { ReactionLag } from '../reaction-engine.js';
import { messagingErrors } from '../reaction-errors.js';

/** The reactions that run in this process, for what operators do with them. */
export abstract class ReactionControl {
  /** What a reaction declares of itself; undefined when this version has none with the id. */
  abstract find(id: string): RegisteredReaction | undefined;

  /** How far each one stands behind the head of the log. */
  abstract lag(): Promise<readonly ReactionLag[]>;

  /** Lets this process see at once what a person changed; others see it within a second. */
  abstract look(): Promise<void>;

  /** @throws `messaging.reaction-not-found` */
  get(id: string): RegisteredReaction {
    const reaction = this.find(id);
    if (reaction === undefined) {
      throw messagingErrors.reactionNotFound(`There is no reaction ${id}.`);
    }
    return reaction;
  }
}

/** Names of the event contracts that a reaction handles. */
export function eventNamesOf({ events }: Pick<RegisteredReaction, 'events'>): string[] {
  return [...new Set(events.map(({ contract }) => contract.name))];
}
