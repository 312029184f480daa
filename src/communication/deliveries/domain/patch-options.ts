import type { z } from 'zod';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { deliveryErrors } from '../errors.js';
import { checkEndpointUrl } from './address-guard.js';
import type { DeliverySettings } from './delivery-settings.js';
import { authInput, type EndpointAuth } from './endpoint-auth.js';
import { type EndpointHeaders, patchHeaders } from './endpoint-headers.js';
import type { EndpointOptions, optionsPatch } from './endpoint-options.js';
import { type EndpointTls, tlsFault, tlsInput } from './endpoint-tls.js';

/** Options as a caller sends them; what is absent stays as it is. */
export type OptionsPatch = {
  readonly [Name in keyof typeof optionsPatch]?: z.output<(typeof optionsPatch)[Name]>;
};

/**
 * The options with a merge patch laid over them. Certificates are judged only when they are set:
 * one that ends later must not hinder the change of a name.
 *
 * @throws deliveries.option-refused with the field that is wrong
 * @throws deliveries.endpoint-url-refused for the address of the token server
 */
export function patchOptions(
  options: EndpointOptions,
  patch: OptionsPatch,
  settings: DeliverySettings,
  nowMs: number,
): EndpointOptions {
  const patched: EndpointOptions = {
    eventTypes: patch.eventTypes === undefined ? options.eventTypes : patch.eventTypes,
    headers: patchedHeaders(options.headers, patch.headers),
    httpSignatures: patch.httpSignatures ?? options.httpSignatures,
    tls: patchedTls(options.tls, patch.tls, nowMs),
    auth: patchedAuth(options.auth, patch.auth, settings),
    proxy: patch.proxy === undefined ? options.proxy : checkedProxy(patch.proxy, settings),
    validationMode: patch.validation ?? options.validationMode,
  };
  if (patched.auth !== null && patched.headers['authorization'] !== undefined) {
    throw refused({ path: 'headers.authorization', fault: 'is set by auth' });
  }
  return patched;
}

function patchedHeaders(headers: EndpointHeaders, patch: OptionsPatch['headers']): EndpointHeaders {
  if (patch === undefined) return headers;
  const patched = patch === null ? {} : patchHeaders(headers, patch);
  if (patched === null) throw refused({ path: 'headers', fault: 'are too many together' });
  return patched;
}

function patchedTls(
  tls: EndpointTls | null,
  patch: OptionsPatch['tls'],
  nowMs: number,
): EndpointTls | null {
  if (patch === undefined) return tls;
  if (patch === null) return null;
  const patched = tlsInput.parse({ ...tls, ...patch });
  const fault = tlsFault(patched, nowMs);
  if (fault !== null) throw refused({ path: `tls.${fault.field}`, fault: fault.fault });
  return patched;
}

function patchedAuth(
  auth: EndpointAuth | null,
  patch: OptionsPatch['auth'],
  { allowedRanges }: DeliverySettings,
): EndpointAuth | null {
  if (patch === undefined) return auth;
  if (patch === null) return null;
  const patched = authInput.safeParse({ ...auth, ...patch });
  if (!patched.success) {
    const path = patched.error.issues[0]?.path.join('.') ?? '';
    throw refused({ path: `auth.${path}`, fault: 'is missing' });
  }
  return { ...patched.data, tokenUrl: checkEndpointUrl(patched.data.tokenUrl, allowedRanges) };
}

/** Only the operator may open ways around the address guard. */
function checkedProxy(proxy: string | null, { proxies }: DeliverySettings): string | null {
  if (proxy === null) return null;
  const origin = URL.parse(proxy)?.origin ?? '';
  if (proxies.has(origin)) return origin;
  throw refused({ path: 'proxy', fault: 'is not one of the proxies that the operator allows' });
}

function refused(fault: FieldFault) {
  return deliveryErrors.optionRefused(`${fault.path} ${fault.fault}`, { fields: [fault] });
}
