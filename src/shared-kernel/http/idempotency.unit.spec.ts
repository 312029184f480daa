import { EventEmitter, once } from 'node:events';
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type HttpApp, jsonOf, startHttpApp } from '../../../test/support/http-app.js';
import { Answers } from './answers.decorator.js';
import { httpErrors } from './http-errors.js';
import { rawBodyOf } from './raw-request.js';

const gate = new EventEmitter();
let runs = 0;
let failures = 0;
const orderSchema = z.object({ item: z.string() });
const answerSchema = z.object({ run: z.number(), item: z.string() });

@Controller('v1')
class OrdersController {
  @Post('orders')
  @Answers({ 201: answerSchema }, { summary: 'Order', scope: 'operator' })
  order(
    @Body({ schema: orderSchema }) { item }: z.output<typeof orderSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    runs++;
    void reply.headers({ location: `/v1/orders/${runs}`, 'x-once': 'yes' });
    return { run: runs, item };
  }

  @Post('orders/:id/wait')
  @Answers({ 200: z.object({ id: z.string() }) }, { summary: 'Wait', scope: 'operator' })
  async wait(@Param('id') id: string) {
    gate.emit('waiting');
    await once(gate, 'go');
    return { id };
  }

  @Post('orders/:id/fail')
  @Answers({ 204: null }, { summary: 'Fail once', scope: 'operator' })
  fail(): void {
    failures++;
    if (failures === 1) throw httpErrors.unavailable('Not now.');
  }

  @Post('events')
  @Answers({ 200: z.object({ bytes: z.number() }) }, { summary: 'Events', scope: 'publisher' })
  events(@Req() request: FastifyRequest) {
    runs++;
    return { bytes: rawBodyOf(request).length };
  }

  @Get('orders')
  @Answers({ 200: z.object({ run: z.number() }) }, { summary: 'Count', scope: 'viewer' })
  count() {
    return { run: ++runs };
  }
}

describe('a POST with an idempotency key', () => {
  let http: HttpApp;

  beforeAll(async () => {
    http = await startHttpApp({ controllers: [OrdersController] });
  });
  afterAll(() => http.close());

  function post(path: string, key: string | undefined, body: unknown, headers = {}) {
    return fetch(`${http.url}/v1/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${http.adminKey}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
    });
  }

  async function codeOf(response: Response): Promise<string> {
    return (await jsonOf(response)).code;
  }

  it('is answered a second time without running again', async () => {
    const first = await post('orders', 'a-1', { item: 'tea' });
    const again = await post('orders', 'a-1', { item: 'tea' });
    expect(again.status).toBe(201);
    expect(await jsonOf(again)).toEqual(await jsonOf(first));
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('x-once')).toBeNull();
    expect(first.headers.get('idempotency-replayed')).toBeNull();
  });

  it('runs each time without a key, and for methods other than POST', async () => {
    const before = runs;
    await post('orders', undefined, { item: 'tea' });
    await post('orders', undefined, { item: 'tea' });
    for (let times = 0; times < 2; times++) {
      await fetch(`${http.url}/v1/orders`, {
        headers: { authorization: `Bearer ${http.adminKey}`, 'idempotency-key': 'g-1' },
      });
    }
    expect(runs).toBe(before + 4);
  });

  it('is refused when the key stood for another body, path or tenant', async () => {
    await post('orders', 'b-1', { item: 'tea' });
    const others = [
      await post('orders', 'b-1', { item: 'milk' }),
      await post('orders/1/fail', 'b-1', { item: 'tea' }),
      await post('orders', 'b-1', { item: 'tea' }, { 'signalbox-tenant': 'other' }),
    ];
    for (const response of others) {
      expect(response.status).toBe(422);
      expect(await codeOf(response)).toBe('http.idempotency-mismatch');
    }
  });

  it('is told to come back while the first one runs', async () => {
    const waiting = once(gate, 'waiting');
    const first = post('orders/1/wait', 'c-1', {});
    await waiting;
    const second = await post('orders/1/wait', 'c-1', {});
    expect(second.status).toBe(409);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await codeOf(second)).toBe('http.idempotency-conflict');
    gate.emit('go');
    expect((await first).status).toBe(200);
    expect(await jsonOf(await post('orders/1/wait', 'c-1', {}))).toEqual({ id: '1' });
  });

  it('takes over from a run that died, and the dead run writes nothing any more', async () => {
    const waiting = once(gate, 'waiting');
    const dead = post('orders/2/wait', 'd-1', {});
    await waiting;
    http.clock.nowMs += 60_000;
    const waitingAgain = once(gate, 'waiting');
    const next = post('orders/2/wait', 'd-1', {});
    await waitingAgain;
    gate.emit('go');
    expect([(await dead).status, (await next).status]).toEqual([200, 200]);
    const rows = await http.store.list<{ status: number }>({
      sql: `SELECT status FROM idempotency_key WHERE key = 'd-1'`,
      parameters: [],
    });
    expect(rows).toEqual([{ status: 200 }]);
  });

  it('may be repeated after a failure, which keeps nothing', async () => {
    expect((await post('orders/1/fail', 'e-1', {})).status).toBe(503);
    expect((await post('orders/1/fail', 'e-1', {})).status).toBe(204);
    const again = await post('orders/1/fail', 'e-1', {});
    expect(again.status).toBe(204);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(failures).toBe(2);
    expect((await post('orders', 'e-2', { item: 1 })).status).toBe(400);
    expect((await post('orders', 'e-2', { item: 'tea' })).status).toBe(201);
  });

  it('compares raw bodies by their bytes', async () => {
    const before = runs;
    const type = { 'content-type': 'application/cloudevents+json' };
    expect((await post('events', 'f-1', { a: 1 }, type)).status).toBe(200);
    expect((await post('events', 'f-1', { a: 1 }, type)).status).toBe(200);
    expect((await post('events', 'f-1', { a: 2 }, type)).status).toBe(422);
    expect(runs).toBe(before + 1);
  });

  it('may use the key again after a day, and old keys are cleaned away', async () => {
    const before = runs;
    await post('orders', 'h-1', { item: 'tea' });
    http.clock.nowMs += 24 * 60 * 60 * 1_000;
    await post('orders', 'h-1', { item: 'tea' });
    expect(runs).toBe(before + 2);
    const rows = await http.store.list({
      sql: 'SELECT key FROM idempotency_key',
      parameters: [],
    });
    expect(rows).toEqual([{ key: 'h-1' }]);
  });

  it.each(['', 'x'.repeat(201), 'two words', 'é'])('refuses the key %j', async (key) => {
    const response = await post('orders', key, { item: 'tea' });
    expect(response.status).toBe(400);
    expect((await jsonOf(response)).fields[0].path).toBe('Idempotency-Key');
  });

  it('does not meet the same key of another caller', async () => {
    const made = await post('api-keys', undefined, { name: 'other', scope: 'operator' });
    const { value } = await jsonOf(made);
    await post('orders', 'i-1', { item: 'tea' });
    const other = await post(
      'orders',
      'i-1',
      { item: 'milk' },
      { authorization: `Bearer ${value}` },
    );
    expect(other.status).toBe(201);
  });

  it('is answered although the note of it cannot be written', async () => {
    const waiting = once(gate, 'waiting');
    const answer = post('orders/3/wait', 'j-1', {});
    await waiting;
    await http.store.commit([
      { statement: { sql: 'DROP TABLE idempotency_key', parameters: [] }, expect: 'any' },
    ]);
    gate.emit('go');
    expect((await answer).status).toBe(200);
    expect(http.logLines.join('')).toContain('the answer to an idempotent request is not kept');
    expect((await post('orders', 'j-2', { item: 'tea' })).status).toBe(500);
  });
});
