import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { z } from 'zod';

const pemCharsMax = 65_536;
const certificatesMax = 20;
const pemPattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** How connections to an endpoint are secured where the defaults do not do. */
export interface EndpointTls {
  /** Certificates in PEM that are trusted in the place of the public authorities. */
  readonly ca: string | null;
  /** With its chain, in PEM; never without its key. */
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

const pem = z.string().min(1).max(pemCharsMax).nullable();
const fields = {
  ca: pem.meta({
    description: 'Certificates (PEM) to trust in the place of the public authorities.',
  }),
  clientCertificate: pem.meta({ description: 'Certificate of the client with its chain (PEM).' }),
  clientKey: pem.meta({ description: 'Private key of the client (PEM). Never shown.' }),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']),
};

/** TLS of a new endpoint. */
export const tlsInput = z.strictObject({
  ca: fields.ca.default(null),
  clientCertificate: fields.clientCertificate.default(null),
  clientKey: fields.clientKey.default(null),
  minVersion: fields.minVersion.default('TLSv1.2'),
});

/** A merge patch of it. */
export const tlsPatch = z.strictObject(fields).partial();

const certificateState = z.strictObject({
  subject: z.string(),
  expiresAt: z.iso.datetime(),
  /** SHA-256 of the certificate, in hex with colons. */
  fingerprint: z.string(),
});

/** As others may see it: who the certificates are of, and until when. */
export const tlsState = z.strictObject({
  ca: z.array(certificateState),
  clientCertificate: certificateState.nullable(),
  minVersion: fields.minVersion,
});

/** What is wrong with one field of the settings. */
interface TlsFault {
  readonly field: 'ca' | 'clientCertificate' | 'clientKey';
  readonly fault: string;
}

/** What is wrong with the settings at this time, or null when they can be used. */
export function tlsFault(tls: EndpointTls, nowMs: number): TlsFault | null {
  const { ca, clientCertificate, clientKey } = tls;
  if (ca !== null) {
    const fault = certificatesFault(ca, nowMs);
    if (fault !== null) return { field: 'ca', fault };
  }
  if (clientCertificate === null) {
    return clientKey === null ? null : { field: 'clientCertificate', fault: 'is missing' };
  }
  const fault = certificatesFault(clientCertificate, nowMs);
  if (fault !== null) return { field: 'clientCertificate', fault };
  const key = privateKeyOf(clientKey ?? '');
  if (key === null) return { field: 'clientKey', fault: 'is not a private key in PEM' };
  const [own] = certificatesOf(clientCertificate) ?? [];
  if (own?.checkPrivateKey(key) === true) return null;
  return { field: 'clientKey', fault: 'does not belong to the certificate' };
}

export function tlsStateOf(tls: EndpointTls): z.output<typeof tlsState> {
  const certificates = tls.clientCertificate === null ? [] : certificatesOf(tls.clientCertificate);
  const own = certificates?.[0];
  return {
    ca: (tls.ca === null ? [] : (certificatesOf(tls.ca) ?? [])).map(stateOf),
    clientCertificate: own === undefined ? null : stateOf(own),
    minVersion: tls.minVersion,
  };
}

function certificatesFault(text: string, nowMs: number): string | null {
  const certificates = certificatesOf(text);
  if (certificates === null) return 'is not a certificate in PEM';
  if (certificates.length > certificatesMax) return `has more than ${certificatesMax} certificates`;
  const ended = certificates.find(({ validToDate }) => validToDate.getTime() <= nowMs);
  return ended === undefined ? null : `ended on ${ended.validToDate.toISOString()}`;
}

/** The certificates of a PEM text, or null when there is none, or one that cannot be read. */
function certificatesOf(text: string): X509Certificate[] | null {
  const blocks = text.match(pemPattern);
  if (blocks === null) return null;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return null;
  }
}

function privateKeyOf(text: string): KeyObject | null {
  try {
    return createPrivateKey(text);
  } catch {
    return null;
  }
}

function stateOf({ subject, validToDate, fingerprint256 }: X509Certificate) {
  return {
    subject: subject.replaceAll('\n', ', '),
    expiresAt: validToDate.toISOString(),
    fingerprint: fingerprint256,
  };
}
