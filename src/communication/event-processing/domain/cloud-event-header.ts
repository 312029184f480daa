const beyondAscii = /[^\x20-\x7e\t]/;

/**
 * The attribute value behind a `ce-*` header: quoted strings (RFC 9110, 5.6.4) are unescaped, as
 * older senders wrote them, then one round of percent-decoding is done (HTTP binding of CloudEvents
 * 1.0.2, 3.1.3.2).
 *
 * @returns undefined when the value holds raw bytes beyond ASCII, an open quote, or escapes that
 * are
 *   not UTF-8
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (beyondAscii.test(value)) return undefined;
  const plain = unquote(value);
  if (plain === undefined) return undefined;
  try {
    return decodeURIComponent(plain);
  } catch {
    return undefined;
  }
}

// A loop and not a regular expression: an open quote would make that quadratic.
function unquote(value: string): string | undefined {
  let plain = '';
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '"') {
      quoted = !quoted;
      continue;
    }
    if (quoted && value[at] === '\\') at++;
    plain += value[at] ?? '';
  }
  return quoted ? undefined : plain;
}
