import { errorCatalogue } from '#shared-kernel/domain/domain-error.js';

/** An answer read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; its shape is what the test is about to assert. */
  json<Body>(): Body;
}

interface RequestOptions {
  readonly method?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes and text go as they are; a list of chunks goes chunked; any other value as JSON. */
  readonly body?: unknown;
}

/** Sends one request and reads the whole answer, whatever its status. */
export async function request(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', apiKey, body } = options;
  const headers: Record<string, string> = { ...options.headers };
  if (apiKey !== undefined) headers['authorization'] = `Bearer ${apiKey}`;
  const encoded = encodedBody(body);
  if (encoded?.json === true) headers['content-type'] ??= 'application/json';
  const answer = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(encoded === undefined ? {} : { body: encoded.content, duplex: 'half' as const }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const text = bytes.toString();
  return {
    status: answer.status,
    headers: answer.headers,
    bytes,
    text,
    json: <Body>() => JSON.parse(text) as Body,
  };
}

function encodedBody(
  body: unknown,
): { content: NonNullable<RequestInit['body']>; json: boolean } | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { content: body, json: false };
  if (Buffer.isBuffer(body)) return { content: new Uint8Array(body), json: false };
  if (Array.isArray(body) && body.every((chunk) => Buffer.isBuffer(chunk))) {
    return { content: ReadableStream.from(body), json: false };
  }
  return { content: JSON.stringify(body), json: true };
}

/** A problem document (RFC 9457) as the API writes it. */
interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly traceId: string;
  readonly fields?: readonly { readonly path: string; readonly fault: string }[];
}

/** Asserts what holds for every refusal: a catalogued code, its status, and a trace to look up. */
export function expectProblem(answer: Answer, code: string): Problem {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = answer.json<Problem>();
  expect(problem).toMatchObject({
    code,
    type: `urn:signalbox:error:${code}`,
    status: answer.status,
    title: errorCatalogue.get(code)?.title,
    detail: expect.stringMatching(/\S/),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(errorCatalogue.get(code)?.status).toBe(answer.status);
  expect(answer.headers.get('traceparent')).toContain(problem.traceId);
  return problem;
}
