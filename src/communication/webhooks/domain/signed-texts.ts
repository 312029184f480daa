import type { ProviderScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import type { RequestReader } from './request-reader.js';
import { alternativesOf } from './signed-alternatives.js';
import { signedPieces } from './signed-pieces.js';
import type { Source } from './source.js';

/** What a text is made from. */
interface SignedTextContext {
  readonly scheme: ProviderScheme;
  readonly request: RequestReader;
  readonly settings: Source['settings'];
}

/**
 * The texts that the sender of a request may have signed, to be shown to who writes a definition;
 * `{secret}` stands in place of the secret. Empty when the request lacks what is signed.
 */
export function signedTexts({ scheme, request, settings }: SignedTextContext): Uint8Array[] {
  const { timestamp, signed } = scheme.signature;
  if (signed === undefined) return [];
  const timeText = timestamp && textAt(timestamp.place, request);
  const context = { scheme, request, settings, timeText };
  return alternativesOf(scheme.signature, request)
    .map((parts) => signedPieces(parts, context))
    .filter((pieces) => pieces !== undefined)
    .map((pieces) =>
      Buffer.concat(
        pieces.map((piece) => {
          if (typeof piece === 'string') return Buffer.from(piece, 'latin1');
          return 'kind' in piece ? Buffer.from('{secret}') : piece;
        }),
      ),
    );
}
