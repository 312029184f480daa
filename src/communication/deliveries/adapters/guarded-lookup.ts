import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusedAddressReason, type AllowedRange } from '../domain/address-guard.js';

/** Resolves a name to all of its addresses; `dns.lookup` with `all`, or a stand-in. */
export type ResolveAll = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Why no connection came about, with the stage at which it ended. */
export class ConnectFailure extends Error {
  constructor(
    readonly stage: 'address-refused' | 'dns' | 'connect' | 'tls',
    message: string,
  ) {
    super(message);
    this.name = 'ConnectFailure';
  }
}

/**
 * A `lookup` for sockets that resolves a name once, judges every address, and hands exactly the
 * judged ones to the socket: a name that answers differently a moment later (DNS rebinding) gains
 * nothing. One refused address among public ones refuses the name, since the socket may pick any.
 */
export function guardedLookup(
  allowed: readonly AllowedRange[],
  resolveAll: ResolveAll,
): LookupFunction {
  return (hostname, options, callback) => {
    resolveAll(hostname, { all: true }, (error, addresses) => {
      const first = error === null ? addresses[0] : undefined;
      if (first === undefined) {
        const fault = error?.message ?? 'the name has no address';
        callback(new ConnectFailure('dns', fault), [], 0);
        return;
      }
      for (const { address } of addresses) {
        const reason = refusedAddressReason(address, allowed);
        if (reason === null) continue;
        // The address itself stays out of the message: tenants read it, and could map our network.
        callback(new ConnectFailure('address-refused', `the name resolves to ${reason}`), [], 0);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
