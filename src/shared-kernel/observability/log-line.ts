import type { MessageContext } from './message-context.js';
import type { LogFieldName } from './names.js';
import { fitForLog, isSecretName, masked, withoutSecrets } from './redaction.js';

/**
 * Fields of one line. Names stand in `names.ts`. `err` takes whatever was thrown and becomes the
 * `error.*` fields.
 */
export type LogFields = { readonly [Name in LogFieldName | 'err']?: unknown };

/** Free text of others, in which secrets are found by their form. */
const errorTexts = new Set(['error.message', 'error.stack_trace']);
const causesMax = 5;

/** The fields as they are written: the ids of the current work, errors unfolded, secrets masked. */
export function logLine(
  fields: LogFields,
  context: MessageContext | undefined,
): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  if (context !== undefined) {
    line['trace.id'] = context.traceId;
    line['span.id'] = context.spanId;
    line['labels.correlation_id'] = context.correlationId;
  }
  let name: keyof LogFields;
  // Not Object.entries: its arrays would cost as much as the rest of this loop.
  for (name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (name === 'err') addError(line, value);
    else if (isSecretName(name)) line[name] = masked;
    else if (typeof value === 'string' && errorTexts.has(name)) line[name] = withoutSecrets(value);
    else line[name] = fitForLog(value);
  }
  return line;
}

function addError(line: Record<string, unknown>, thrown: unknown): void {
  if (!(thrown instanceof Error)) {
    line['error.type'] = typeof thrown;
    line['error.message'] = withoutSecrets(String(thrown));
    return;
  }
  line['error.type'] = thrown.name;
  line['error.message'] = withoutSecrets(thrown.message);
  if ('code' in thrown && typeof thrown.code === 'string') line['error.code'] = thrown.code;
  line['error.stack_trace'] = withoutSecrets(stackOf(thrown));
}

/** The stack with those of its causes, the outermost first. */
function stackOf(error: Error): string {
  const stacks: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && stacks.length < causesMax) {
    stacks.push(current.stack ?? `${current.name}: ${current.message}`);
    current = current.cause;
  }
  return stacks.join('\ncaused by ');
}
