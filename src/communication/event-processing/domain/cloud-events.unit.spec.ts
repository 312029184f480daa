import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { type IncomingEvent, parseCloudEvents } from './cloud-events.js';

type Fields = Record<string, unknown>;

const required = { specversion: '1.0', type: 'com.example.someevent', source: '/ctx', id: 'A1' };
const structured = 'application/cloudevents+json; charset=UTF-8';
const batched = 'application/cloudevents-batch+json';

function parse(contentType: string, document: unknown): IncomingEvent[] {
  return parseCloudEvents({ 'content-type': contentType }, Buffer.from(JSON.stringify(document)));
}

function parseOne(fields: Fields): IncomingEvent {
  const [event] = parse(structured, { ...required, ...fields });
  if (event === undefined) throw new Error('no event was read');
  return event;
}

function textOf(event: IncomingEvent | undefined): string {
  return Buffer.from(event?.payload ?? []).toString();
}

function failureOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function faultsOf(work: () => unknown): string[] {
  return (failureOf(work).fields ?? []).map(({ path, fault }) => `${path}: ${fault}`);
}

// The examples of the JSON format of CloudEvents 1.0.2, section 3.2, with real Base64.
const extensions = { comexampleextension1: 'value', comexampleothervalue: 5 };
const envelope = { ...required, source: '/mycontext', time: '2018-04-05T17:31:00Z', ...extensions };
const binaryExample = {
  ...envelope,
  id: 'A234-1234-1234',
  datacontenttype: 'application/vnd.apache.thrift.binary',
  data_base64: Buffer.from([0, 255, 128]).toString('base64'),
};
const xmlExample = {
  ...envelope,
  id: 'B234-1234-1234',
  unsetextension: null,
  datacontenttype: 'application/xml',
  data: '<much wow="xml"/>',
};
const jsonExample = {
  ...envelope,
  id: 'C234-1234-1234',
  subject: null,
  datacontenttype: 'application/json',
  data: { appinfoA: 'abc', appinfoB: 123, appinfoC: true },
};
const textExample = { ...envelope, id: 'D234-1234-1234', subject: null, data: "I'm just a string" };

describe('CloudEvents in structured mode', () => {
  it('reads the published example with binary data', () => {
    const [event] = parse(structured, binaryExample);
    expect(event).toEqual({
      id: 'A234-1234-1234',
      source: '/mycontext',
      type: 'com.example.someevent',
      subject: null,
      timeMs: Date.UTC(2018, 3, 5, 17, 31),
      dataSchema: null,
      dataContentType: 'application/vnd.apache.thrift.binary',
      extensions,
      payload: Buffer.from([0, 255, 128]),
    });
  });

  it('reads the published example with XML as the bytes of its text, null as absent', () => {
    const [event] = parse(structured, xmlExample);
    expect(textOf(event)).toBe('<much wow="xml"/>');
    expect(event?.extensions).toEqual(extensions);
  });

  it('reads the published examples with JSON data, the type being explicit or implied', () => {
    const [object] = parse(structured, jsonExample);
    expect(JSON.parse(textOf(object))).toEqual(jsonExample.data);
    const [text] = parse(structured, textExample);
    expect(textOf(text)).toBe(`"I'm just a string"`);
    expect(text?.dataContentType).toBe('application/json');
  });

  it('tells the payload null from no payload', () => {
    expect(textOf(parseOne({ data: null }))).toBe('null');
    expect(parseOne({ data_base64: null })).toMatchObject({ dataContentType: null });
    expect(textOf(parseOne({}))).toBe('');
  });

  it('keeps a text of a +json type quoted', () => {
    expect(textOf(parseOne({ datacontenttype: 'a/b+JSON; x=y', data: '{}' }))).toBe('"{}"');
  });

  it('reads a plain JSON document that has a specversion', () => {
    const [event] = parse('application/json', { ...required, data: 1 });
    expect(event).toMatchObject({ id: 'A1', source: '/ctx' });
  });

  it.each<[string, Fields]>([
    ['id: is required', { id: undefined }],
    ['id: is required', { id: null }],
    ['source: must not be empty', { source: '' }],
    ['type: must be text', { type: 7 }],
    ['type: at most 200 characters', { type: 't'.repeat(201) }],
    ['source: at most 500 characters', { source: 's'.repeat(501) }],
    ['id: at most 300 characters', { id: 'i'.repeat(301) }],
    ['source: must be a URI reference, without spaces', { source: 'my shop' }],
    ['specversion: must be 1.0', { specversion: '0.3' }],
    ['specversion: is required', { specversion: null }],
    ['time: must be an RFC 3339 time', { time: 'yesterday' }],
    ['time: must not be empty', { time: '' }],
    ['dataschema: must be an absolute URI', { dataschema: '/schema' }],
    ['subject: must not be empty', { subject: '' }],
    ['subject: must not hold control characters', { subject: 'a\nb' }],
    ['subject: must be well-formed Unicode', { subject: '\ud800' }],
    ['ext: must be text', { ext: { a: 1 } }],
    ['ext: a number must be a whole one of 32 bits', { ext: 1.5 }],
    ['ext: a number must be a whole one of 32 bits', { ext: 2 ** 31 }],
    ['data: must be text, since datacontenttype is not JSON', { datacontenttype: 'a/b', data: 1 }],
    ['data: must be text, since datacontenttype is not JSON', { datacontenttype: 'json', data: 1 }],
    ['data_base64: data and data_base64 exclude each other', { data: 1, data_base64: 'AA==' }],
    ['data_base64: must be text', { data_base64: 1 }],
  ])('refuses with the field and the fault: %s', (fault, fields) => {
    expect(faultsOf(() => parseOne(fields))).toEqual([fault]);
  });

  it.each(['AA=', 'AA', 'AB==', 'A A=', 'AA==\n', '_-8='])('refuses %j as Base64', (text) => {
    expect(faultsOf(() => parseOne({ data_base64: text }))).toEqual([
      'data_base64: must be padded Base64 (RFC 4648, 4) without line breaks',
    ]);
  });

  it.each(['communication.x', 'infrastructure.x', 'signalbox.x'])('keeps %s to us', (type) => {
    expect(faultsOf(() => parseOne({ type }))[0]).toContain('reserved for our own events');
  });

  it.each(['UPPER', 'with_line', 'a'.repeat(21), ''])('refuses the attribute name %j', (name) => {
    expect(faultsOf(() => parseOne({ [name]: 'x' }))[0]).toContain('1 to 20 characters');
  });

  it('keeps extensions within their limits, whatever their names', () => {
    const { extensions: kept } = parseOne({ flag: true, low: -(2 ** 31), empty: '' });
    expect(kept).toEqual({ flag: true, low: -(2 ** 31), empty: '' });
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`e${at}`, at]));
    expect(faultsOf(() => parseOne(many))).toEqual([': at most 50 extensions']);
  });

  it('names all faults of an event at once', () => {
    const faults = faultsOf(() => parse(structured, { specversion: '1.0', time: 1 }));
    expect(faults).toEqual([
      'id: is required',
      'source: is required',
      'type: is required',
      'time: must be text',
    ]);
  });

  it('refuses data that is nested too deeply to be written again', () => {
    const depth = 200_000;
    const data = '['.repeat(depth) + ']'.repeat(depth);
    const body = Buffer.from(`${JSON.stringify(required).slice(0, -1)},"data":${data}}`);
    const faults = faultsOf(() => parseCloudEvents({ 'content-type': structured }, body));
    expect(faults).toEqual(['data: is nested too deeply']);
  });

  it('refuses what is not JSON, not UTF-8, or not an object', () => {
    const read = (body: string, encoding?: BufferEncoding) => () =>
      parseCloudEvents({ 'content-type': structured }, Buffer.from(body, encoding));
    expect(failureOf(read('{')).message).toContain('The body is not JSON');
    expect(failureOf(read('"\u00ff"', 'latin1')).message).toContain('not UTF-8');
    expect(faultsOf(read('[]'))).toEqual([': an event is a JSON object']);
    expect(failureOf(read('7'))).toMatchObject({ code: 'event-processing.invalid-cloud-event' });
  });

  it.each([
    ['application/cloudevents+avro', 'content-type: of the CloudEvents formats only JSON is read'],
    ['application/cloudevents+json; charset=latin1', 'content-type: JSON is read as UTF-8 only'],
  ])('refuses %s', (contentType, fault) => {
    expect(faultsOf(() => parse(contentType, required))).toEqual([fault]);
  });
});

describe('CloudEvents in batches', () => {
  it('reads the published example of two events in its order', () => {
    const events = parse(batched, [binaryExample, jsonExample]);
    expect(events.map(({ id }) => id)).toEqual(['A234-1234-1234', 'C234-1234-1234']);
  });

  it('names the event of each fault and takes none of a faulty batch', () => {
    const batch = [required, { ...required, type: '' }, 'x', { ...required, data_base64: '?' }];
    expect(faultsOf(() => parse(batched, batch))).toEqual([
      '1.type: must not be empty',
      '2: an event is a JSON object',
      '3.data_base64: must be padded Base64 (RFC 4648, 4) without line breaks',
    ]);
  });

  it('has 1 to 100 events', () => {
    const batchOf = (length: number) => () => parse(batched, Array(length).fill(required));
    expect(batchOf(100)()).toHaveLength(100);
    expect(faultsOf(batchOf(0))).toEqual([': a batch has 1 to 100 events, not 0']);
    expect(faultsOf(batchOf(101))).toEqual([': a batch has 1 to 100 events, not 101']);
    expect(faultsOf(() => parse(batched, required))).toEqual([': a batch is a JSON array']);
  });

  it('lists a bounded number of faults', () => {
    expect(faultsOf(() => parse(batched, Array(100).fill({})))).toHaveLength(50);
  });
});

describe('CloudEvents in binary mode', () => {
  // The example of the HTTP binding, section 3.1.4.
  const headers = {
    host: 'webhook.example.com',
    'ce-specversion': '1.0',
    'ce-type': 'com.example.someevent',
    'ce-time': '2018-04-05T03:56:24Z',
    'ce-id': '1234-1234-1234',
    'ce-source': '/mycontext/subcontext',
    'content-type': 'application/json; charset=utf-8',
  };
  const body = Buffer.from('{ "spaces" :  "stay" }\n');
  const read = (more: Record<string, string | string[]> = {}) =>
    parseCloudEvents({ ...headers, ...more }, body)[0];

  it('reads the published example and keeps the exact bytes', () => {
    const event = read({ 'ce-comexampleothervalue': '5' });
    expect(event).toMatchObject({
      id: '1234-1234-1234',
      source: '/mycontext/subcontext',
      timeMs: Date.UTC(2018, 3, 5, 3, 56, 24),
      dataContentType: 'application/json; charset=utf-8',
      extensions: { comexampleothervalue: '5' },
    });
    expect(event?.payload).toBe(body);
  });

  it.each([
    // The first value is the example of the HTTP binding, section 3.1.3.2.
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac%61', '€a'],
    ['100%2525', '100%25'],
    ['plain words', 'plain words'],
    ['"quoted \\"words\\" %41"', 'quoted "words" A'],
    ['a\\b', 'a\\b'],
  ])('decodes the header value %s', (value, expected) => {
    expect(read({ 'ce-subject': value })?.subject).toBe(expected);
  });

  it.each(['%C0%A0', '%zz', '100%', 'ä', '"open', '"open\\'])('refuses the value %j', (value) => {
    expect(faultsOf(() => read({ 'ce-id': value }))).toEqual(['id: is not percent-encoded UTF-8']);
  });

  it('refuses a decoded line break and a second content type', () => {
    expect(faultsOf(() => read({ 'ce-subject': 'a%0Ab' }))).toEqual([
      'subject: must not hold control characters',
    ]);
    expect(faultsOf(() => read({ 'ce-datacontenttype': 'text/plain' }))).toEqual([
      'datacontenttype: belongs into Content-Type',
    ]);
    expect(faultsOf(() => read({ 'ce-data': 'x' }))[0]).toContain('is not `data`');
  });

  it('says what is missing when no CloudEvents headers are there', () => {
    const faults = faultsOf(() => parseCloudEvents({ 'content-type': 'text/plain' }, body));
    const missing = ['specversion', 'id', 'source', 'type'];
    expect(faults).toEqual(missing.map((name) => `${name}: is required`));
  });

  it('needs no content type, and reads a repeated header as one value', () => {
    const { 'content-type': _, ...rest } = headers;
    const [event] = parseCloudEvents({ ...rest, 'ce-tags': ['a', 'b'] }, new Uint8Array(0));
    expect(event).toMatchObject({ dataContentType: null, extensions: { tags: 'a, b' } });
  });
});
