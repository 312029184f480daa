const toleranceDefaultSeconds = 300;
/** Each costs an Ed25519 verification. */
const asymmetricSignaturesMax = 10;
const keyForms = {
  whsec_: { bytesMin: 24, bytesMax: 64, kind: 'v1' },
  whpk_: { bytesMin: 32, bytesMax: 32, kind: 'v1a' },
};

export class WebhookVerificationError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'WebhookVerificationError';
    this.code = code;
  }
}

export async function verify(headers, rawBody, secrets, options = {}) {
  const keys = (Array.isArray(secrets) ? secrets : [secrets]).map(keyOf);
  if (keys.length === 0) fail('secret-invalid', 'there is no secret');
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature').split(' ');
  checkTime(timestamp, options);
  const body = bytesOf(rawBody);
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  for (const { kind, bytes } of keys) {
    const own = signatures.filter((one) => one.startsWith(`${kind},`));
    const texts = own.map((one) => one.slice(kind.length + 1));
    const matches = kind === 'v1' ? matchesHmac : matchesEd25519;
    if (await matches(bytes, signed, texts)) return options.parse === false ? body : parsed(body);
  }
  fail('signature-mismatch', 'no signature is one of these secrets');
}

function fail(code, message) {
  throw new WebhookVerificationError(code, message);
}

function keyOf(secret) {
  const [, prefix, text] = /^(whsec_|whpk_)(.+)$/s.exec(String(secret)) ?? [];
  const form = keyForms[prefix];
  const bytes = form && decoded(text);
  if (!bytes || bytes.length < form.bytesMin || bytes.length > form.bytesMax) {
    // Never the secret itself: messages end up in logs.
    fail('secret-invalid', 'a secret is whsec_ or whpk_ and base64 of the right length');
  }
  return { kind: form.kind, bytes };
}

function headerOf(headers, name) {
  const value =
    typeof headers.get === 'function'
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value !== 'string' || value === '') fail('headers-missing', `${name} is missing`);
  return value;
}

function checkTime(timestamp, { toleranceSeconds = toleranceDefaultSeconds, nowMs = Date.now() }) {
  if (!/^\d{1,12}$/.test(timestamp)) fail('timestamp-invalid', 'the timestamp is not in seconds');
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  if (ageSeconds > toleranceSeconds) fail('timestamp-too-old', 'the message is too old');
  // Written so that a tolerance which is no number lets nothing through.
  if (!(Math.abs(ageSeconds) <= toleranceSeconds)) {
    fail('timestamp-too-new', 'the message is from the future');
  }
}

async function matchesHmac(keyBytes, signed, signatures) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', keyBytes, algorithm, false, ['sign']);
  const mac = encoded(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)));
  let isMatch = false;
  for (const signature of signatures) isMatch = sameText(signature, mac) || isMatch;
  return isMatch;
}

async function matchesEd25519(keyBytes, signed, signatures) {
  const key = await crypto.subtle.importKey('raw', keyBytes, 'Ed25519', false, ['verify']);
  for (const signature of signatures.slice(0, asymmetricSignaturesMax)) {
    const bytes = decoded(signature);
    if (bytes && (await crypto.subtle.verify('Ed25519', key, bytes, signed))) return true;
  }
  return false;
}

/** Takes as long for a near miss as for any other text of the same length. */
function sameText(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

function bytesOf(rawBody) {
  if (typeof rawBody === 'string') return new TextEncoder().encode(rawBody);
  if (rawBody?.BYTES_PER_ELEMENT === 1) return rawBody;
  return fail('body-invalid', 'give the raw body, text or bytes, as it came');
}

function joined(head, tail) {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

function parsed(body) {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return fail('body-invalid', 'the body is signed, but is not JSON');
  }
}

/** Undefined for what is not base64, or not the one way to write these bytes in it. */
function decoded(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return encoded(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
