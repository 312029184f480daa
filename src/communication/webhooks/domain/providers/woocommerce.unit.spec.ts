import { handshakeReply } from '../handshake.js';
import { RequestReader } from '../request-reader.js';
import { schemeOf } from './registry.js';

const scheme = schemeOf('woocommerce', null);
const form = 'application/x-www-form-urlencoded; charset=UTF-8';

function replyTo(body: string, type: string) {
  const headers = { 'content-type': type };
  const request = new RequestReader(
    { method: 'POST', url: 'https://hooks.example/a', headers, body: Buffer.from(body) },
    scheme.document,
  );
  return handshakeReply({ scheme, request, secrets: [], settings: null }, false);
}

it('answers the form that WooCommerce sends when a webhook is saved', () => {
  expect(replyTo('webhook_id=12', form)?.answer.status).toBe(200);
});

it('takes neither another form nor a webhook that quotes it for that form', () => {
  expect(replyTo('id=12', form)).toBeNull();
  expect(replyTo('{"note":"&webhook_id=12"}', 'application/json')).toBeNull();
});
