import type { EventContract } from './event-contract.js';
import type { MessageContract, Publication } from './message-contract.js';

/** Any contract, also of messages that never leave their module. */
export type Contract = EventContract | MessageContract;

/** A contract that other modules build on: every event, and the messages of `contracts/`. */
export type PublishedContract = EventContract | PublishedMessage;

/** A command or a query that other modules may send. */
export type PublishedMessage = MessageContract & Publication;

/** Whether other modules build on the contract: then it has a version, examples and a history. */
export function isPublished(contract: Contract): contract is PublishedContract {
  return contract.version !== undefined;
}

/** `shop.order-placed@2`: how a contract is named in messages to people and by the CLI. */
export function idOf({ name, version }: Pick<PublishedContract, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/**
 * The module that declares the contract: messages carry it in their name, events state it since
 * they are named after their context.
 */
export function producerOf(contract: {
  readonly name: string;
  readonly producer?: string;
}): string {
  return contract.producer ?? contract.name.slice(0, contract.name.indexOf('.'));
}
