/** What stands in place of a secret. */
export const masked = '[redacted]';
/** What stands in place of values past a limit. */
const cutOff = '[cut off]';

/** A field is secret by the last part of its name, whatever the case and the separators. */
const secretName = new RegExp(
  [
    /authorization$|cookie$|credentials?$|secrets?$|token$/,
    /passw(or)?d$|passphrase$|(api|private)-?key$/,
    /^x-.*signature|signature$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Secrets that stand inside text. */
const secretText = new RegExp(
  [
    // Credentials of HTTP.
    /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/,
    // The key forms of Standard Webhooks, Signalbox, Stripe, Slack and GitHub.
    /\b(?:whsec|sbx|sk|rk|xox[a-z]|gh[a-z]|github_pat)[_-][\w+/=-]{8,}/,
    // Credentials in a URL.
    /(?<=:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const depthMax = 6;
const nodesMax = 500;
const textMax = 8_192;
const namesMax = 2_000;
const verdicts = new Map<string, boolean>();

/**
 * Whether a value of this name must never be written. Verdicts are remembered for a bounded number
 * of names.
 */
export function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const last = name.slice(name.lastIndexOf('.') + 1);
  const verdict = secretName.test(last.toLowerCase().replaceAll('_', '-'));
  if (verdicts.size < namesMax) verdicts.set(name, verdict);
  return verdict;
}

/** The text without the secrets that can be recognised by their form, cut at 8,192 characters. */
export function withoutSecrets(text: string): string {
  return shortened(text).replace(secretText, masked);
}

/**
 * The value of a log field, fit to be written: secrets masked by their names at any depth, long
 * texts cut, and no more than 6 levels and 500 values, so that a line stays small whatever it is
 * given.
 */
export function fitForLog(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object' || value === null) return value;
  return copyOf(value, { left: nodesMax }, 1);
}

function copyOf(value: object, nodes: { left: number }, depth: number): unknown {
  if (value instanceof Error) return withoutSecrets(`${value.name}: ${value.message}`);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth > depthMax) return cutOff;
  if (Array.isArray(value)) {
    return value.slice(0, nodes.left + 1).map((item: unknown) => copyNode(item, nodes, depth));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    copy[name] = isSecretName(name) ? masked : copyNode(item, nodes, depth);
    if (nodes.left < 0) break;
  }
  return copy;
}

function copyNode(value: unknown, nodes: { left: number }, depth: number): unknown {
  nodes.left -= 1;
  if (nodes.left < 0) return cutOff;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null) return copyOf(value, nodes, depth + 1);
  return typeof value === 'string' ? shortened(value) : value;
}

function shortened(text: string): string {
  return text.length <= textMax ? text : `${text.slice(0, textMax)}…`;
}
