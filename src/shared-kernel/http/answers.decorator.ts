import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { type AccessRule, RequireScope } from '#shared-kernel/auth/require-scope.js';
import type { ErrorFactory } from '#shared-kernel/domain/domain-error.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** A body that is not JSON of a schema, by its media type. */
interface OtherBody {
  readonly mediaType: string;
  readonly description?: string;
}

/** The form of a body: a schema of JSON, another media type, or null for none. */
export type BodyForm = z.ZodType | OtherBody | null;

/** What a route answers, by status. */
export type AnswerForms = Readonly<Record<number, BodyForm>>;

/** What the API reference says of a route. */
export interface RouteNotes {
  readonly summary: string;
  readonly description?: string;
  /** What the route asks of the caller; the guard reads it from here. */
  readonly scope: AccessRule;
  /** Errors of the route's own; those that every route can answer are added. */
  readonly errors?: readonly ErrorFactory[];
  readonly tags?: readonly string[];
  /** Request bodies by media type, for routes that take bodies raw. */
  readonly accepts?: Readonly<Record<string, z.ZodType | 'bytes'>>;
}

/** All that `@Answers` says of one method of a controller. */
export interface RouteAnswers {
  readonly forms: AnswerForms;
  readonly notes: RouteNotes;
}

const answersKey = Symbol('answers');

/**
 * Declares what a method answers: the one place for its status, the schema that answers are checked
 * against, its entry in the API reference and the scope it asks for. The first 2xx status is the
 * one that Nest sends.
 */
export function Answers(forms: AnswerForms, notes: RouteNotes): MethodDecorator {
  const answers: RouteAnswers = { forms, notes };
  const status = Object.keys(forms)
    .map(Number)
    .find((candidate) => candidate < 300);
  // Interceptors cost every request some microseconds, which the public hot paths do not need.
  const idempotent = notes.scope === 'public' ? [] : [UseInterceptors(IdempotencyInterceptor)];
  return applyDecorators(
    SetMetadata(answersKey, answers),
    // Fastify's hooks see the route's configuration and not its handler.
    RouteConfig({ answers: forms }),
    RequireScope(notes.scope),
    ...(status === undefined ? [] : [HttpCode(status)]),
    ...idempotent,
  );
}

/** What `@Answers` declares on a method; undefined when nothing does. */
export function answersOf(handler: object): RouteAnswers | undefined {
  return Reflect.getMetadata(answersKey, handler) as RouteAnswers | undefined;
}
