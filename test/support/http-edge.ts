import { once } from 'node:events';
import { connect } from 'node:net';
import { Body, Controller, Get, HttpException, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RequireScope } from '#shared-kernel/auth/require-scope.js';
import { rawBodyOf } from '#shared-kernel/http/raw-request.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { type HttpApp, jsonOf, startHttpApp } from './http-app.js';

const noteSchema = z.strictObject({ text: z.string(), tags: z.array(z.string()).optional() });

@RequireScope('public')
@Controller()
class EdgeController {
  @Post('hooks/:token')
  hook(@Req() request: FastifyRequest) {
    return {
      bytes: rawBodyOf(request).toString('hex'),
      contentType: request.headers['content-type'] ?? null,
    };
  }

  @Post('v1/events')
  events(@Req() request: FastifyRequest) {
    return { bytes: rawBodyOf(request).length };
  }

  @Post('v1/notes')
  note(@Body({ schema: noteSchema }) body: z.output<typeof noteSchema>) {
    return { body, context: currentContext() };
  }

  @Post('v1/anything')
  anything(@Body() body: unknown) {
    return { body };
  }

  @Get('v1/notes/:id')
  get(@Param('id') id: string) {
    if (id === 'bug') throw new Error('the password is 123');
    if (id === 'busy') throw storageErrors.unavailable('No disk.', { retryAfterSeconds: 5 });
    if (id === 'teapot') throw new HttpException('short and stout', 418);
    if (id === 'gone') throw new HttpException('closing', 503);
    return { id };
  }

  @Get('v1/slow')
  async slow(@Req() request: FastifyRequest) {
    await once(request.raw.socket, 'close');
    return {};
  }
}

/** Limits of the edge in these tests, in bytes. */
const apiBytesMax = 2_048;
export const hookBytesMax = 4_096;
export const jsonType = { 'content-type': 'application/json' };

export function startEdge(): Promise<HttpApp> {
  return startHttpApp({
    controllers: [EdgeController],
    env: {
      API_BODY_BYTES_MAX: String(apiBytesMax),
      WEBHOOK_BODY_BYTES_MAX: String(hookBytesMax),
    },
  });
}

export function postTo(
  { url }: HttpApp,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, { method: 'POST', body: Buffer.from(body), headers });
}

/** The problem document of an answer, which must be one. */
export async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = await jsonOf(response);
  expect(problem).toMatchObject({
    type: `urn:signalbox:error:${problem.code}`,
    status: response.status,
    traceId: response.headers.get('traceparent')?.split('-')[1],
  });
  return problem;
}

/** Sends bytes over a bare connection and collects what comes back until it is closed. */
export async function exchange({ port }: HttpApp, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** The last message with this name, once there is one. */
export async function messageNamed({ messages }: HttpApp, name: string) {
  for (;;) {
    const found = messages.findLast((message) => message.name === name);
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
