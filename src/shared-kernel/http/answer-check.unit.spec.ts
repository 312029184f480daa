import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type HttpApp, jsonOf, startHttpApp } from '../../../test/support/http-app.js';
import { Answers, answersOf } from './answers.decorator.js';

const thingSchema = z.object({ id: z.string(), size: z.int() });

@Controller('v1/things')
class ThingsController {
  @Get(':size')
  @Answers(
    { 202: thingSchema, 404: { mediaType: 'text/plain' }, 204: null },
    { summary: 'A thing', scope: 'public' },
  )
  thing(
    @Param('size', { schema: z.string().max(8) }) size: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (size === 'other') void reply.code(200);
    return { id: 'a', size: size === 'wrong' ? size : 1 };
  }

  plain(): void {}
}

describe.each(['throw', 'log'] as const)('the check of answers (%s)', (answerCheck) => {
  let http: HttpApp;
  beforeAll(async () => {
    http = await startHttpApp({ controllers: [ThingsController], answerCheck });
  });
  afterAll(() => http.close());

  async function checksOf(direction: string, outcome: string): Promise<boolean> {
    const { body } = await http.meter.expose();
    const labels = [
      'contract="GET /v1/things/:size"',
      'version="1"',
      `direction="${direction}"`,
      'consumer="http"',
      `outcome="${outcome}"`,
    ];
    return body.includes(`signalbox_contract_checks_total{${labels.join(',')}} `);
  }

  it('lets a good answer through, with the first declared status, and counts it', async () => {
    const response = await fetch(`${http.url}/v1/things/1`);
    expect(response.status).toBe(202);
    expect(await jsonOf(response)).toEqual({ id: 'a', size: 1 });
    expect(await checksOf('out', 'ok')).toBe(true);
  });

  it('looks only at statuses that have a schema', async () => {
    expect((await fetch(`${http.url}/v1/things/other`)).status).toBe(200);
  });

  it('meets an answer that breaks its schema as it was told to', async () => {
    const response = await fetch(`${http.url}/v1/things/wrong`);
    const answer = await jsonOf(response);
    if (answerCheck === 'throw') {
      expect(answer).toMatchObject({ status: 500, code: 'contracts.violated' });
    } else {
      expect(response.status).toBe(202);
      expect(answer).toEqual({ id: 'a', size: 'wrong' });
      const line = http.logLines.find((one) => one.includes('an answer breaks its schema'));
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        'log.level': 'error',
        'error.code': 'contracts.violated',
        'labels.contract': 'GET /v1/things/:size',
      });
    }
    expect(await checksOf('out', 'violated')).toBe(true);
  });

  it('counts what comes in under the route that it came to', async () => {
    expect((await fetch(`${http.url}/v1/things/far-too-long`)).status).toBe(400);
    expect(await checksOf('in', 'violated')).toBe(true);
    expect(await checksOf('in', 'ok')).toBe(true);
  });

  it('knows what a method declares', () => {
    const { thing, plain } = ThingsController.prototype;
    expect(answersOf(thing)?.notes.summary).toBe('A thing');
    expect(answersOf(plain)).toBeUndefined();
  });
});
