import { encodePayload, type DeliveredEvent } from './encode-payload.js';

const event = (overrides: Partial<DeliveredEvent> = {}): DeliveredEvent => ({
  id: 'evt_1',
  type: 'communication.webhook-received',
  source: '/sources/src_1',
  subject: null,
  occurredAtMs: Date.UTC(2024, 4, 1, 10),
  dataContentType: 'application/json',
  payload: Buffer.from('{"a":1}'),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ...overrides,
});

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const structured = (overrides: Partial<DeliveredEvent>) =>
  textOf(encodePayload('cloudevents', event(overrides)).body);

describe('the cloudevents format', () => {
  it('is one structured CloudEvents 1.0 document', () => {
    const { contentType, body } = encodePayload('cloudevents', event({ subject: 'a "b"' }));
    expect(contentType).toBe('application/cloudevents+json');
    expect(JSON.parse(textOf(body))).toEqual({
      specversion: '1.0',
      id: 'evt_1',
      source: '/sources/src_1',
      type: 'communication.webhook-received',
      time: '2024-05-01T10:00:00.000Z',
      subject: 'a "b"',
      datacontenttype: 'application/json',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      data: { a: 1 },
    });
  });

  it('leaves out what an event does not have', () => {
    const bare = { traceparent: null, dataContentType: null, payload: new Uint8Array() };
    expect(Object.keys(JSON.parse(structured(bare)))).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'time',
    ]);
  });

  it.each([
    '{"big":12345678901234567890,"tiny":1.10e-07, "a" : [ ] ,"a":2}',
    ' [1,\n2] ',
    '"grüße 🚂"',
    'null',
    '0.1000',
    `${'['.repeat(500)}${']'.repeat(500)}`,
  ])('carries JSON data byte by byte: %s', (json) => {
    const text = structured({ payload: Buffer.from(json) });
    expect(text.endsWith(`"data":${json}}`)).toBe(true);
    expect(JSON.parse(text)).toHaveProperty('data', JSON.parse(json));
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'text/json', 'a/vnd.b.v1+json'])(
    'takes %s for JSON',
    (dataContentType) => {
      expect(structured({ dataContentType })).toContain('"data":{"a":1}}');
    },
  );

  it.each([
    ['broken JSON', 'application/json', Buffer.from('{"a":')],
    ['two documents', 'application/json', Buffer.from('{},"x":{}')],
    ['a byte order mark', 'application/json', Buffer.from('\ufeff{}')],
    ['bytes that are no UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22])],
    ['UTF-16', 'application/json; charset=utf-16', Buffer.from('{}', 'utf16le')],
    ['another type', 'text/plain', Buffer.from('{}')],
    ['a type that only starts like JSON', 'application/jsonlines', Buffer.from('{}')],
    ['no type', null, Buffer.from('{}')],
  ])('carries %s as base64', (_what, dataContentType, payload) => {
    const document = JSON.parse(structured({ dataContentType, payload }));
    expect(document).not.toHaveProperty('data');
    expect(Buffer.from(document.data_base64, 'base64')).toEqual(payload);
  });

  it('encodes only the payload when its bytes are a part of a larger buffer', () => {
    const payload = Buffer.from('secret|public').subarray(7);
    const document = JSON.parse(structured({ dataContentType: 'text/plain', payload }));
    expect(Buffer.from(document.data_base64, 'base64').toString()).toBe('public');
  });
});

describe('the raw format', () => {
  it('sends the very bytes with their own type', () => {
    const payload = Uint8Array.of(0, 255, 13, 10);
    expect(encodePayload('raw', event({ payload, dataContentType: 'image/png' }))).toEqual({
      contentType: 'image/png',
      headers: {},
      body: payload,
    });
  });

  it.each([[null], [''], ['text/plain\r\nx-evil: 1'], ['text/plä; in']])(
    'calls bytes of the type %j an octet stream',
    (dataContentType) => {
      const { contentType } = encodePayload('raw', event({ dataContentType }));
      expect(contentType).toBe('application/octet-stream');
    },
  );
});

describe('the cloudevents-binary format', () => {
  it('sends the very bytes, and the attributes as headers', () => {
    const payload = Buffer.from('<order/>');
    const dataContentType = 'text/xml';
    const encoded = encodePayload('cloudevents-binary', event({ payload, dataContentType }));
    expect(encoded).toEqual({
      contentType: 'text/xml',
      headers: {
        'ce-specversion': '1.0',
        'ce-id': 'evt_1',
        'ce-source': '/sources/src_1',
        'ce-type': 'communication.webhook-received',
        'ce-time': '2024-05-01T10:00:00.000Z',
        'ce-traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      body: payload,
    });
  });

  // The first one is the example of section 3.1.3.2 of the HTTP binding.
  it.each([
    ['Euro \u20AC \u{1F600}', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['a "b" 100%', 'a%20%22b%22%20100%25'],
    ['x\r\nevil: 1', 'x%0D%0Aevil:%201'],
    ['\ud800', '%EF%BF%BD'],
  ])('writes %j so that every header can carry it', (subject, expected) => {
    const { headers } = encodePayload('cloudevents-binary', event({ subject, traceparent: null }));
    expect(headers['ce-subject']).toBe(expected);
    expect(headers).not.toHaveProperty('ce-traceparent');
  });
});

describe('the plain format', () => {
  const plain = (payload: Uint8Array, dataContentType: string | null) =>
    textOf(encodePayload('plain', event({ payload, dataContentType })).body);

  it.each([
    ['JSON byte by byte', '{"big":12345678901234567890}', 'application/json', undefined],
    ['text as a string', 'a "b"\n', 'text/plain', '"a \\"b\\"\\n"'],
    ['a form as a string', 'a=1&b=2', 'application/x-www-form-urlencoded', '"a=1&b=2"'],
    ['broken JSON as a string', '{"a":', 'application/json', '"{\\"a\\":"'],
    ['nothing as null', '', null, 'null'],
  ])('is always JSON: %s', (_what, text, type, expected) => {
    const body = plain(Buffer.from(text), type);
    expect(body).toBe(expected ?? text);
    expect(() => JSON.parse(body)).not.toThrow();
    expect(encodePayload('plain', event()).contentType).toBe('application/json');
  });

  it('is a string of base64 for bytes that are no text', () => {
    expect(plain(Uint8Array.of(0, 255), 'application/octet-stream')).toBe('"AP8="');
  });
});
