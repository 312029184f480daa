import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { refusedAddressReason, type AllowedRange } from '../domain/address-guard.js';
import type { EndpointTls } from '../domain/endpoint-tls.js';
import { ConnectFailure, guardedLookup, type ResolveAll } from './guarded-lookup.js';

/** What every connection must keep to. */
export interface ConnectionRules {
  /** Ranges that are not public and yet allowed. */
  readonly allowedRanges: readonly AllowedRange[];
  /** For name, TCP and TLS together, in milliseconds; kept to about a second. */
  readonly connectTimeoutMs: number;
  /** Replaces the system's resolver in tests. */
  readonly resolveAll?: ResolveAll;
}

/**
 * Makes connections, each judged by the address guard. Sockets ask a lookup only for names, so
 * addresses in the URL are judged here.
 */
export function guardedConnector(
  rules: ConnectionRules,
  tls: EndpointTls | null,
): buildConnector.connector {
  const { allowedRanges, connectTimeoutMs, resolveAll = lookup } = rules;
  const connect = buildConnector({
    ...tlsOptions(tls),
    lookup: guardedLookup(allowedRanges, resolveAll),
    timeout: connectTimeoutMs,
    allowH2: false,
  });
  return (target, callback) => {
    const { hostname, protocol } = target;
    const failure = literalFailure(hostname, allowedRanges);
    if (failure !== null) {
      process.nextTick(callback, failure, null);
      return;
    }
    connect(target, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(connectFailureOf(error, protocol), null);
    });
  };
}

/** Why a host that is an address must not be called, or null; brackets of IPv6 are taken off. */
export function literalFailure(
  hostname: string,
  allowedRanges: readonly AllowedRange[],
): ConnectFailure | null {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const reason = isIP(host) === 0 ? null : refusedAddressReason(host, allowedRanges);
  if (reason === null) return null;
  return new ConnectFailure('address-refused', `the URL points to ${reason}`);
}

/** What `node:tls` wants; undefined values would hide its defaults. */
export function tlsOptions(tls: EndpointTls | null): buildConnector.BuildOptions {
  if (tls === null) return {};
  const { ca, clientCertificate, clientKey, minVersion } = tls;
  return {
    minVersion,
    ...(ca === null ? {} : { ca }),
    ...(clientCertificate === null ? {} : { cert: clientCertificate, key: clientKey ?? '' }),
  };
}

/** The failure of a connection with the stage at which it ended. */
function connectFailureOf(error: Error, protocol: string): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  // All addresses failed: the sum has no message of its own, its first part has.
  const parts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const message = [error, ...parts].map(messageOf).find((text) => text !== '') ?? error.name;
  const isTransport =
    parts.length > 0 ||
    ('syscall' in error && error.syscall === 'connect') ||
    ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT');
  return new ConnectFailure(protocol === 'https:' && !isTransport ? 'tls' : 'connect', message);
}

function messageOf(error: unknown): string {
  // Not instanceof: errors of Node's own modules can belong to another realm.
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : '';
}
