import request from 'supertest';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

describe('without an API key', () => {
  let signalbox: TestSignalbox;

  beforeAll(async () => {
    signalbox = await runSignalbox();
  });
  afterAll(() => signalbox.stop());

  it.each(['/health/live', '/health/ready', '/openapi.json', '/docs', '/metrics'])(
    '%s answers everybody',
    async (path) => {
      await request(signalbox.url).get(path).expect(200);
    },
  );

  it.each([
    '/v1/sources',
    '/v1/webhooks',
    '/v1/events',
    '/v1/rules',
    '/v1/endpoints',
    '/v1/deliveries',
    '/v1/notifications',
    '/v1/api-keys',
  ])('%s asks for one', async (path) => {
    const { body } = await request(signalbox.url)
      .get(path)
      .expect(401)
      .expect('www-authenticate', /^Bearer/)
      .expect('content-type', /^application\/problem\+json/);
    expect(body).toMatchObject({ status: 401, code: 'auth.missing-key' });
  });

  it('readiness names each check', async () => {
    const { body } = await request(signalbox.url).get('/health/ready').expect(200);
    expect(body).toMatchObject({
      status: 'ready',
      checks: { store: { status: 'up' }, disk: { status: 'up' }, 'event-log': { status: 'up' } },
    });
  });
});
