/*
 * What Signalbox is measured against: `node:http` and nothing else in front of the same storage. It
 * checks the same signature and makes the same rows durable in one commit, without a framework,
 * pipeline, contracts, logs or metrics.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import { absent, always } from '#shared-kernel/persistence/statement.js';
import { benchSecret } from './webhook-load.ts';

const store = await SqliteStore.open({ file: `${process.argv[2]}/bare.db` });
const schema = [
  `CREATE TABLE event_log (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    tenant TEXT NOT NULL, occurred_at_ms INTEGER NOT NULL, data TEXT NOT NULL, payload BLOB)`,
  'CREATE INDEX event_log_by_type ON event_log (tenant, type, position)',
  `CREATE TABLE webhook (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, source_id TEXT NOT NULL, event_id TEXT NOT NULL UNIQUE,
    dedupe_key TEXT NOT NULL, headers TEXT NOT NULL, received_at_ms INTEGER NOT NULL, UNIQUE (source_id, dedupe_key))`,
  'CREATE INDEX webhook_by_tenant ON webhook (tenant, id)',
  'CREATE INDEX webhook_by_source ON webhook (source_id, id)',
];
await store.commit(schema.map((sql) => always({ sql, parameters: [] })));
const insertEvent =
  'INSERT INTO event_log (id, type, tenant, occurred_at_ms, data, payload) VALUES (?, ?, ?, ?, ?, ?)';
const insertWebhook =
  'INSERT INTO webhook (id, tenant, source_id, event_id, dedupe_key, headers, received_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    const { headers } = request;
    const expected = createHmac('sha256', benchSecret).update(body).digest();
    const given = Buffer.from(String(headers['x-hub-signature-256']).slice(7), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end();
      return;
    }
    const now = Date.now();
    const webhookId = randomUUID();
    const eventId = randomUUID();
    const key = String(headers['x-github-delivery']);
    const data = JSON.stringify({ webhookId, provider: 'github' });
    const kept = JSON.stringify(headers);
    const webhook = [webhookId, 'default', 'src', eventId, key, kept, now];
    const event = [eventId, 'github.push', 'default', now, data, body];
    store
      .commit([
        absent({ sql: insertWebhook, parameters: webhook }, 'webhook-is-new'),
        always({ sql: insertEvent, parameters: event }),
      ])
      .then(
        ({ committed }) => {
          response.writeHead(committed ? 202 : 200, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ webhookId, eventId, duplicate: !committed }));
        },
        () => response.writeHead(503).end(),
      );
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
