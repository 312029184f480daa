import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { eventErrors } from '../errors.js';
import {
  type AttributeLimits,
  type CloudEventAttributes,
  readAttributes,
} from './cloud-event-attributes.js';
import { readPayload } from './cloud-event-payload.js';
import { decodeHeaderValue } from './cloud-event-header.js';

/** One CloudEvent from a client, checked. */
export interface IncomingEvent extends CloudEventAttributes {
  /** The data: the exact bytes in binary mode, JSON text or decoded Base64 in the other modes. */
  readonly payload: Uint8Array;
}

export interface CloudEventLimits extends AttributeLimits {
  readonly eventsMax: number;
}

const cloudEventLimits: CloudEventLimits = {
  eventsMax: 100,
  idCharsMax: 300,
  sourceCharsMax: 500,
  typeCharsMax: 200,
  otherCharsMax: 2_000,
  extensionsMax: 50,
};

/** Header names in lower case, as node:http gives them. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An answer lists this many faults and no more, however broken a batch is. */
const faultsMax = 50;
const headerPrefix = 'ce-';

/**
 * Reads the CloudEvents of one request by the HTTP binding and the JSON format of CloudEvents 1.0.2
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md).
 * The content type decides the mode: structured, batched, or binary by `ce-*` headers. Beyond the
 * binding, a plain `application/json` document with a `specversion` and no `ce-*` headers is read
 * as structured. An empty batch is refused: it would acknowledge nothing.
 *
 * @returns at least one event and at most `limits.eventsMax`, in the order of the request
 * @throws event-processing.invalid-cloud-event with field paths like `type`, in a batch `0.type`
 */
export function parseCloudEvents(
  headers: Headers,
  body: Uint8Array,
  limits: CloudEventLimits = cloudEventLimits,
): IncomingEvent[] {
  const mode = contentMode(headers);
  const faults: FieldFault[] = [];
  const events = readEvents(mode, headers, body, limits, faults);
  if (faults.length === 0) return events;
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw eventErrors.invalidCloudEvent(`The request has ${count}; see the fields.`, {
    fields: faults.slice(0, faultsMax),
  });
}

type Mode = 'structured' | 'batch' | 'binary';

function contentMode(headers: Headers): Mode {
  const [mediaType = '', ...parameters] = single(headers['content-type']).toLowerCase().split(';');
  const type = mediaType.trim();
  const marked = type.startsWith('application/cloudevents');
  const hasEventHeaders = Object.keys(headers).some((name) => name.startsWith(headerPrefix));
  if (!marked && (type !== 'application/json' || hasEventHeaders)) return 'binary';
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw invalid('content-type', 'JSON is read as UTF-8 only');
  }
  if (type === 'application/cloudevents-batch+json') return 'batch';
  if (type === 'application/cloudevents+json' || !marked) return 'structured';
  throw invalid('content-type', 'of the CloudEvents formats only JSON is read');
}

function readEvents(
  mode: Mode,
  headers: Headers,
  body: Uint8Array,
  limits: CloudEventLimits,
  faults: FieldFault[],
): IncomingEvent[] {
  if (mode === 'binary') return readBinary(headers, body, limits, faults);
  const document = parseJson(body);
  if (mode === 'structured') return readStructured(document, limits, '', faults);
  if (!Array.isArray(document)) throw invalid('', 'a batch is a JSON array');
  if (document.length === 0 || document.length > limits.eventsMax) {
    throw invalid('', `a batch has 1 to ${limits.eventsMax} events, not ${document.length}`);
  }
  return document.flatMap((item, at) => readStructured(item, limits, `${at}.`, faults));
}

function readBinary(
  headers: Headers,
  body: Uint8Array,
  limits: CloudEventLimits,
  faults: FieldFault[],
): IncomingEvent[] {
  const values = new Map<string, string>();
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(headerPrefix)) continue;
    const name = header.slice(headerPrefix.length);
    const decoded = decodeHeaderValue(single(value));
    if (name === 'datacontenttype') faults.push({ path: name, fault: 'belongs into Content-Type' });
    else if (decoded === undefined)
      faults.push({ path: name, fault: 'is not percent-encoded UTF-8' });
    else values.set(name, decoded);
  }
  const contentType = single(headers['content-type']);
  if (contentType !== '') values.set('datacontenttype', contentType);
  const read = readAttributes(values, limits, '');
  // A header that could not be decoded is named once, not a second time as missing.
  if ('attributes' in read) return [{ ...read.attributes, payload: body }];
  const named = new Set(faults.map(({ path }) => path));
  faults.push(...read.faults.filter(({ path }) => !named.has(path)));
  return [];
}

function readStructured(
  document: unknown,
  limits: CloudEventLimits,
  pathPrefix: string,
  faults: FieldFault[],
): IncomingEvent[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    faults.push({ path: pathPrefix.slice(0, -1), fault: 'an event is a JSON object' });
    return [];
  }
  const values = new Map<string, unknown>(Object.entries(document));
  const data = values.get('data');
  const dataBase64 = values.get('data_base64') ?? undefined;
  values.delete('data');
  values.delete('data_base64');
  // The JSON format asks to make the implied type explicit, so that it survives every other form.
  if (data !== undefined && (values.get('datacontenttype') ?? null) === null) {
    values.set('datacontenttype', 'application/json');
  }
  const read = readAttributes(values, limits, pathPrefix);
  const payload = readPayload(data, dataBase64, values.get('datacontenttype'));
  if ('fault' in payload) faults.push({ path: pathPrefix + payload.name, fault: payload.fault });
  if ('faults' in read) faults.push(...read.faults);
  if ('faults' in read || 'fault' in payload) return [];
  return [{ ...read.attributes, payload: payload.bytes }];
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8';
    throw eventErrors.invalidCloudEvent(`The body is not JSON: ${why}`, { cause });
  }
}

function single(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : (header ?? '');
}

function invalid(path: string, fault: string): Error {
  const where = path === '' ? 'The body' : `The header ${path}`;
  return eventErrors.invalidCloudEvent(`${where}: ${fault}.`, { fields: [{ path, fault }] });
}
