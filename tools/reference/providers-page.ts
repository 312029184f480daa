import { existsSync, readFileSync } from 'node:fs';
import { bodyCoverage, templatesOf } from '#communication/webhooks/domain/body-coverage.js';
import type { Place } from '#communication/webhooks/domain/place.js';
import type { ShippedProvider } from '#communication/webhooks/domain/provider-definition.js';
import type { SignatureScheme } from '#communication/webhooks/domain/provider-scheme.js';
import { shippedProviders } from '#communication/webhooks/domain/providers/shipped-providers.js';
import { secretFormOf } from '#communication/webhooks/domain/secret-form.js';
import type { SignaturePlace } from '#communication/webhooks/domain/signature-place.js';
import { code, page, table } from './markdown.ts';

/** Every provider as its data says, with what proves it. */
export function providersPage(): string {
  const providers = [...shippedProviders.values()].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  const unconfirmed = providers.filter(({ proof }) => proof.kind === 'unconfirmed').length;
  return page(
    '# Providers',
    `Signalbox comes with ${providers.length} providers, of which ${unconfirmed} are unconfirmed: ` +
      'nothing of the provider itself has signed or verified in our tests. A source names one of ' +
      'them, `hmac` with settings of its own, or a provider that you define in the same form ' +
      '(`POST /v1/providers`, or the file of `PROVIDERS_FILE`).',
    table(
      ['Name', 'Provider', 'Signed by', 'Signature in', 'Signed text', 'Window', 'Proof'],
      providers.map((provider) => [
        code(provider.name),
        `[${provider.title}](${provider.docs})`,
        algorithmOf(provider.signature),
        signaturePlaceOf(provider.signature.place),
        signedOf(provider.signature),
        windowOf(provider.signature),
        proofOf(provider),
      ]),
    ),
    '## What a source needs to know',
    'The id of a delivery tells repeats; without one the content does.',
    table(
      ['Name', 'Secret', 'Delivery id', 'Event type', 'Handshakes', 'Settings'],
      providers.map(({ name, signature, deliveryId, eventType, handshakes, settings }) => [
        code(name),
        code(secretFormOf(signature)),
        deliveryId === undefined ? 'content' : placeOf(deliveryId),
        (eventType ?? []).map(placeOf).join(', ') || 'none',
        [...new Set((handshakes ?? []).map(({ method }) => method))].join(', ') || 'none',
        Object.keys(settings ?? {})
          .map(code)
          .join(', ') || 'none',
      ]),
    ),
  );
}

function algorithmOf({ algorithm, encoding }: SignatureScheme): string {
  const written = encoding === undefined ? '' : `, ${encoding}`;
  switch (algorithm.kind) {
    case 'hmac':
      return `HMAC ${algorithm.hash}${written}`;
    case 'hash':
      return `${algorithm.hash} with the secret${written}`;
    case 'ed25519':
      return `Ed25519${written}`;
    case 'ecdsa-p256':
      return `ECDSA P-256 (${algorithm.form})${written}`;
    case 'rsa':
      return `RSA ${algorithm.hash} (${algorithm.padding})${written}`;
    case 'jwt':
      return `JWT ${algorithm.algorithms.join(', ')}`;
    case 'token':
      return 'nothing: the secret is sent';
    case 'basic':
      return 'nothing: HTTP Basic';
  }
}

function signaturePlaceOf(place: SignaturePlace): string {
  if (place.kind === 'authorization') return code(`Authorization: ${place.scheme}`);
  if (place.kind === 'body') return 'the body';
  const prefix = 'prefix' in place && place.prefix !== undefined ? ` ${code(place.prefix)}` : '';
  return placeOf(place) + prefix;
}

function placeOf(place: Place | SignaturePlace): string {
  switch (place.kind) {
    case 'header':
      return place.headers.map(code).join(', ');
    case 'pair':
      return code(`${place.header}: ${place.key}=`);
    case 'query':
      return `query ${code(place.name)}`;
    case 'form':
      return `form field ${code(place.field)}`;
    case 'json':
      return `JSON ${code(place.path)}`;
    case 'authorization':
      return code('Authorization');
    case 'body':
      return 'the body';
  }
}

function signedOf(signature: SignatureScheme): string {
  const texts = templatesOf(signature).map(({ template }) =>
    code(template.replaceAll('\n', '\\n')),
  );
  const covers = bodyCoverage(signature);
  if (covers === 'body') return texts.join(' or ') || 'the token, with the body';
  const warning = covers === 'fields' ? '**only fields of the body**' : '**not the body**';
  return [...texts, warning].join(' ');
}

function windowOf({ timestamp, algorithm }: SignatureScheme): string {
  if (timestamp !== undefined) {
    return `${timestamp.pastSeconds} s past, ${timestamp.futureSeconds} s ahead`;
  }
  if (algorithm.kind !== 'jwt') return 'none';
  const { maxAgeSeconds } = algorithm;
  return maxAgeSeconds === undefined ? '`exp` of the token' : `${maxAgeSeconds} s since \`iat\``;
}

function proofOf({ name, proof }: ShippedProvider): string {
  switch (proof.kind) {
    case 'sdk':
      return `official SDK ${packageOf(name, proof.package)}`;
    case 'independent':
      return `independent receiver ${packageOf(name, proof.package)}`;
    case 'vector':
      return `[published vector](${proof.url})`;
    case 'standard':
      return `[standard](${proof.url}), ${packageOf(name, proof.package)}`;
    case 'unconfirmed':
      return '**unconfirmed**';
  }
}

/** With its version, and whether it judged once, when its verdicts were recorded. */
function packageOf(provider: string, name: string): string {
  const vectors = new URL(`../../test/providers/vectors/${provider}.json`, import.meta.url);
  if (!existsSync(vectors)) return code(`${name}@${versionOf(name)}`);
  const { version } = JSON.parse(readFileSync(vectors, 'utf8')) as { version: string };
  return `${code(`${name}@${version}`)}, recorded`;
}

/** As the lock file pins it: that is the version which our tests ran with. */
function versionOf(name: string): string {
  const lock = new URL('../../package-lock.json', import.meta.url);
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const version = packages[`node_modules/${name}`]?.version;
  if (version === undefined) throw new Error(`the proof names ${name}, which is not installed`);
  return version;
}
