import { DomainError } from '#shared-kernel/domain/domain-error.js';

/** Causes that are told of; a chain may be long, or bite its tail. */
const causesMax = 8;

/** Level ERROR means that somebody must act: a bug, or a dependency of ours that is down. */
export function needsSomebody(failure: unknown): boolean {
  if (!(failure instanceof DomainError)) return true;
  const { status, chosen } = failure.definition;
  return status >= 500 && chosen !== true;
}

/**
 * Log fields (ECS) of a failure with the messages of its causes; what nobody must act on has no
 * stack.
 */
export function errorFields(failure: unknown): Record<string, unknown> {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  const fields: Record<string, unknown> = {
    'error.code': error instanceof DomainError ? error.code : 'internal',
    'error.type': error.name,
    'error.message': messageChain(error),
  };
  if (needsSomebody(failure)) fields['error.stack_trace'] = error.stack ?? '';
  return fields;
}

function messageChain(error: Error): string {
  const messages: string[] = [];
  let next: unknown = error;
  for (let read = 0; next instanceof Error && read < causesMax; next = next.cause, read++) {
    // An error that crossed a border stands in the chain twice, with the same message.
    if (!messages.includes(next.message)) messages.push(next.message);
  }
  return messages.join(' <- ');
}
