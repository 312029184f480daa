import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import type { LogFields } from './log-line.js';
import type { Log } from './logger.js';
import { withoutSecrets } from './redaction.js';

/**
 * Lets the framework write to our log. What it says in passing (modules, routes) is debug; its
 * warnings and errors stay what they are. The context that it passes last becomes `log.logger`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.debug(fieldsOf(message, rest), textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.log(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.log(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.warn(fieldsOf(message, rest), textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(errorFieldsOf(message, rest), textOf(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.target.fatal(errorFieldsOf(message, rest), textOf(message));
  }
}

function fieldsOf(message: unknown, rest: readonly unknown[]): LogFields {
  const context = rest.at(-1);
  return {
    ...(typeof context === 'string' && { 'log.logger': context }),
    ...(message instanceof Error && { err: message }),
  };
}

/** Nest passes `(message, stack, context)`, `(message, context)` or `(error, ...)`. */
function errorFieldsOf(message: unknown, rest: readonly unknown[]): LogFields {
  const stack = rest.find((part) => typeof part === 'string' && /\n\s+at /.test(part));
  const others = rest.filter((part) => part !== stack);
  const thrown = others.find((part) => part instanceof Error);
  return {
    ...fieldsOf(message, others),
    ...(thrown !== undefined && { err: thrown }),
    ...(stack !== undefined && { 'error.stack_trace': stack }),
  };
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return withoutSecrets(message);
  return withoutSecrets(message instanceof Error ? message.message : inspect(message));
}
