import { bodyCoverage, templatesOf } from './body-coverage.js';
import type { AnswerScheme } from './handshake-scheme.js';
import type { ProviderDefinition } from './provider-definition.js';
import type { SignatureScheme } from './provider-scheme.js';
import { isShared, publicKeyTypeOf } from './secret-form.js';
import { signedString, type SignedPart, templateFault } from './signed-string.js';

/** What is wrong with one field, as half a sentence. */
export interface SchemeFault {
  readonly path: string;
  readonly fault: string;
}

/** The setting that every source may have whose provider signs its address. */
export const urlSetting = 'url';

/**
 * What a definition says that cannot be, or would not protect: contradictions between fields that
 * are right by themselves. Empty for a good one.
 */
export function schemeFaults(definition: ProviderDefinition): SchemeFault[] {
  const { signature } = definition;
  const wrong: (SchemeFault | false)[] = [
    ...textFaults(signature),
    ...keyFaults(signature),
    ...timeFaults(signature),
    ...coverageFaults(signature),
    partsOf(signature).some(({ kind }) => kind === 'id') &&
      definition.deliveryId === undefined && {
        path: 'deliveryId',
        fault: 'is needed, since {id} is signed',
      },
    ...settingFaults(definition),
    ...handshakeFaults(definition),
  ];
  return wrong.filter((fault) => fault !== false);
}

function partsOf(signature: SignatureScheme): readonly SignedPart[] {
  return templatesOf(signature).flatMap(({ template }) => signedString(template));
}

function textFaults(signature: SignatureScheme): (SchemeFault | false)[] {
  const { algorithm, encoding, place, signed } = signature;
  const { kind } = algorithm;
  const signsText = kind !== 'jwt' && kind !== 'token' && kind !== 'basic';
  const needed = `is needed for ${kind}`;
  const strange = `has no meaning for ${kind}`;
  const secretIn = templatesOf(signature).map(({ template }) =>
    signedString(template).some((part) => part.kind === 'secret'),
  );
  return [
    signsText && signed === undefined && { path: 'signature.signed', fault: needed },
    !signsText && signed !== undefined && { path: 'signature.signed', fault: strange },
    signsText && encoding === undefined && { path: 'signature.encoding', fault: needed },
    !signsText && encoding !== undefined && { path: 'signature.encoding', fault: strange },
    place.kind === 'body' && kind !== 'jwt' && { path: 'signature.place', fault: strange },
    kind === 'basic' &&
      place.kind !== 'authorization' && {
        path: 'signature.place',
        fault: 'must be the Authorization header',
      },
    kind === 'hash' &&
      secretIn.includes(false) && { path: 'signature.signed', fault: 'must hold {secret}' },
  ];
}

function keyFaults({ algorithm, remoteKeys, binding, signed }: SignatureScheme) {
  const path = 'signature.remoteKeys';
  const isShownByJwt = algorithm.kind === 'jwt' && algorithm.claims?.some((claim) => claim.secret);
  const isSigned = [signed ?? ''].flat().every((form) => {
    const template = typeof form === 'string' ? form : form.template;
    return template.includes('{secret}');
  });
  const isOwn = remoteKeys?.kind === 'jwks' && remoteKeys.url === undefined;
  const isBinding = binding !== undefined || isShownByJwt === true || isSigned;
  const names = algorithm.kind === 'jwt' ? algorithm.algorithms : [];
  const isMixed = names.some((name) => name.startsWith('HS'));
  return [
    remoteKeys !== undefined &&
      publicKeyTypeOf(algorithm) === null && { path, fault: 'are public keys' },
    remoteKeys !== undefined &&
      !isOwn &&
      !isBinding && {
        path: 'signature.binding',
        fault: 'is needed: the keys are everybody’s, so something must name the source’s secret',
      },
    algorithm.kind === 'jwt' &&
      isMixed &&
      !isShared(algorithm) && {
        path: 'signature.algorithm.algorithms',
        fault: 'must be all of shared keys (HS) or all of public keys',
      },
  ];
}

function timeFaults(signature: SignatureScheme): (SchemeFault | false)[] {
  const { timestamp } = signature;
  const path = 'signature.timestamp';
  const forms = templatesOf(signature).map(({ template }) => signedString(template));
  const uses = forms.flat().some(({ kind }) => kind === 'timestamp');
  if (timestamp === undefined) {
    return [uses && { path, fault: 'is needed, since {timestamp} is signed' }];
  }
  const { place } = timestamp;
  const isInBody = place.kind === 'json' || place.kind === 'form';
  const isSigned = (parts: readonly SignedPart[]): boolean =>
    parts.some(
      (part) =>
        part.kind === 'timestamp' ||
        (part.kind === 'listed-headers' && place.kind === 'header') ||
        (part.kind === 'url' && place.kind === 'query') ||
        (part.kind === 'fields' && place.kind === 'json' && part.names.includes(place.path)),
    );
  const covered = isInBody && bodyCoverage(signature) === 'body';
  const signed = forms.length > 0 && forms.every(isSigned);
  return [!covered && !signed && { path, fault: 'is not signed, so it proves nothing' }];
}

function coverageFaults(signature: SignatureScheme): (SchemeFault | false)[] {
  const { kind } = signature.algorithm;
  if (kind === 'token' || kind === 'basic') return [];
  const covered = bodyCoverage(signature) === 'body';
  const said = signature.bodyUnsigned === true;
  const path = 'signature.bodyUnsigned';
  return [
    !covered && !said && { path, fault: 'must say true, since the body is not all signed' },
    covered && said && { path, fault: 'must be left out, since the body is signed' },
  ];
}

function settingFaults({ signature, settings = {}, handshakes }: ProviderDefinition) {
  const { algorithm } = signature;
  const claims = algorithm.kind === 'jwt' ? (algorithm.claims ?? []) : [];
  const named = [
    ...partsOf(signature).flatMap((part) => (part.kind === 'setting' ? [part.name] : [])),
    ...claims.flatMap(({ setting }) => setting ?? []),
    ...(signature.requires ?? []).flatMap(({ setting }) => setting ?? []),
    ...(handshakes ?? []).flatMap(({ when }) => (when ?? []).flatMap((one) => one.setting ?? [])),
  ];
  const unknown = named.find((name) => !Object.hasOwn(settings, name));
  return [
    unknown !== undefined && { path: 'settings', fault: `must hold the setting ${unknown}` },
    Object.hasOwn(settings, urlSetting) && {
      path: `settings.${urlSetting}`,
      fault: 'stands for the address of a source and is there by itself',
    },
  ];
}

function handshakeFaults({ handshakes = [] }: ProviderDefinition): (SchemeFault | false)[] {
  return handshakes.flatMap(({ answer }, index) =>
    answerTemplates(answer).map((template) => {
      const path = `handshakes.${index}.answer`;
      const fault = template === '' ? null : templateFault(template);
      if (fault !== null) return { path, fault };
      const parts = template === '' ? [] : signedString(template);
      const strange = parts.find(({ kind }) => !answerParts.has(kind));
      return strange !== undefined && { path, fault: `cannot hold {${strange.kind}}` };
    }),
  );
}

/** An answer goes to whoever asked: nothing of ours may get into it. */
const answerParts = new Set<SignedPart['kind']>(['literal', 'place', 'setting']);

function answerTemplates({ headers = {}, text, json = {} }: AnswerScheme): string[] {
  const values = [...Object.values(headers), text, ...Object.values(json)];
  return values.flatMap((value) => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' ? [value.of, value.prefix ?? ''] : [];
  });
}
