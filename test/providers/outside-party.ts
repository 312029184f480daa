import type { Draft, Message } from '../../tools/providers/message.ts';
import type { OurSource } from './signed-message.js';

type Maybe<T> = T | Promise<T>;

/** Somebody else's code that signs or judges the messages of a provider. */
export interface OutsideParty extends OurSource {
  /** Whose code it is, as the provider's proof names it. */
  readonly package: string;
  /** Whether `sign` is the outside's; else it is a recipe of the test, and the outside judges it. */
  readonly signs: boolean;
  readonly sign: (draft: Draft) => Maybe<Message>;
  /** The outside's verdict; it reads the clock itself, which the test has set. */
  readonly accepts?: (message: Message, secret: string) => Maybe<boolean>;
  /** Bodies that this provider sends, or samples of them; JSON when absent. */
  readonly bodies?: 'json' | 'text' | 'bytes' | 'form' | readonly string[];
  /** Another secret of the same form, which must not verify. */
  readonly otherSecret: string;
  /** What of a message is signed, in one text; all of the body when absent. */
  readonly meaning?: (message: Message) => string;
}

/** Whether an action ends without an error, as libraries say that a message is right. */
export async function succeeds(action: () => unknown): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}
