import { idOf, type PublishedContract, type PublishedMessage } from './contract.js';
import { isCalendarDate } from './deprecation.js';
import type { EventContract } from './event-contract.js';

const release = /^\d+\.\d+\.\d+$/;

/**
 * What is wrong with the definition of a contract itself: its examples, dates and upcaster. Types
 * cannot say these things; one sentence for each fault, none when the contract is fine.
 */
export function definitionFaults(contract: PublishedContract): string[] {
  const faults = [
    ...headFaults(contract),
    ...(contract.kind === 'event' ? eventFaults(contract) : messageFaults(contract)),
  ];
  return faults.map((fault) => `${idOf(contract)} ${fault}`);
}

function* headFaults({ version, since, deprecated }: PublishedContract): Generator<string> {
  if (!Number.isInteger(version) || version < 1) yield 'has a version that is no whole number > 0';
  if (!release.test(since)) yield `has "${since}" as the release that had it first`;
  if (deprecated === undefined) return;
  if (!release.test(deprecated.since)) yield `is deprecated since "${deprecated.since}"`;
  const { sunset }: { readonly sunset: string } = deprecated;
  if (!isCalendarDate(sunset)) yield `has the sunset ${sunset}, no such day`;
  if (deprecated.use === '') yield 'is deprecated and does not say what to use instead';
}

function* eventFaults(contract: EventContract): Generator<string> {
  for (const [index, example] of contract.examples.entries()) {
    const result = contract.schema.safeParse(example);
    if (!result.success) yield `refuses its example ${index}: ${messageOf(result.error)}`;
    else if (contract.key(result.data) === '') yield `has no key for its example ${index}`;
  }
  yield* upcastFaults(contract);
}

function* messageFaults({ examples, input, result }: PublishedMessage): Generator<string> {
  for (const [index, example] of examples.entries()) {
    const parts = {
      input: input.safeParse(example.input),
      result: result.safeParse(example.result),
    };
    for (const [part, { error }] of Object.entries(parts)) {
      if (error !== undefined)
        yield `refuses the ${part} of its example ${index}: ${messageOf(error)}`;
    }
  }
}

function* upcastFaults({ name, version, schema, upcasts }: EventContract): Generator<string> {
  if (upcasts === undefined) return;
  const from = upcasts.from.contract;
  if (from.name !== name || from.version >= version) {
    yield `upcasts ${idOf(from)}, which is no older version of it`;
    return;
  }
  for (const [index, example] of from.examples.entries()) {
    const { error } = schema.safeParse(upcasts.up(example));
    if (error !== undefined) {
      yield `refuses what its upcaster makes of example ${index} of ${idOf(from)}: ${messageOf(error)}`;
    }
  }
}

function messageOf({
  issues,
}: {
  readonly issues: readonly { path: PropertyKey[]; message: string }[];
}) {
  return issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}
