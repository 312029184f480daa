import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its private key, both in PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

interface CertificateWish {
  readonly name: string;
  readonly isAuthority?: boolean;
  /** Addresses of version 4 that the certificate is good for. */
  readonly addresses?: readonly string[];
  readonly hosts?: readonly string[];
  readonly notAfter?: Date;
}

/** An authority made for one test run, so that no key has to stand in the repository. */
export class TestAuthority {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(private readonly name = 'Test authority') {}

  /** The certificate of the authority itself, in PEM. */
  get certificate(): string {
    return pemOf(this.signed({ name: this.name, isAuthority: true }, this.keys.publicKey));
  }

  issue(wish: CertificateWish): TestCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    return { certificate: pemOf(this.signed(wish, publicKey)), key };
  }

  /** RFC 5280 section 4.1, signed with ecdsa-with-SHA256. */
  private signed(wish: CertificateWish, publicKey: KeyObject): Buffer {
    const algorithm = sequence(hex('06082a8648ce3d040302'));
    const notAfter = wish.notAfter ?? new Date(Date.now() + 3_600_000);
    const validity = sequence(time(new Date('2020-01-01T00:00:00Z')), time(notAfter));
    const subjectKey = publicKey.export({ format: 'der', type: 'spki' });
    const body = sequence(
      der(0xa0, hex('020102')),
      der(0x02, Buffer.concat([hex('01'), randomBytes(8)])),
      algorithm,
      nameOf(this.name),
      validity,
      nameOf(wish.name),
      subjectKey,
      der(0xa3, sequence(...extensionsOf(wish))),
    );
    const signature = sign('sha256', body, this.keys.privateKey);
    return sequence(body, algorithm, der(0x03, Buffer.concat([hex('00'), signature])));
  }
}

function extensionsOf({ isAuthority = false, addresses = [], hosts = [] }: CertificateWish) {
  const constraints = isAuthority ? sequence(hex('0101ff')) : sequence();
  const basic = sequence(hex('0603551d13'), hex('0101ff'), der(0x04, constraints));
  const names = [
    ...hosts.map((host) => der(0x82, Buffer.from(host))),
    ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  if (names.length === 0) return [basic];
  return [basic, sequence(hex('0603551d11'), der(0x04, sequence(...names)))];
}

function nameOf(text: string): Buffer {
  const attribute = sequence(hex('0603550403'), der(0x0c, Buffer.from(text)));
  return sequence(der(0x31, attribute));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(digits));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** One value in the distinguished encoding rules: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
