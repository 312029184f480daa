import { checkEndpointUrl, parseAllowedRanges, refusedAddressReason } from './address-guard.js';

const refusedAddresses: [string, string][] = [
  ['127.0.0.1', 'a loopback address'],
  ['127.255.255.254', 'a loopback address'],
  ['0.0.0.0', 'an unspecified address'],
  ['0.1.2.3', 'an unspecified address'],
  ['10.0.0.1', 'a private address'],
  ['172.16.0.1', 'a private address'],
  ['172.31.255.255', 'a private address'],
  ['192.168.1.1', 'a private address'],
  ['100.64.0.1', 'an address of carrier-grade NAT'],
  ['100.100.100.200', 'an address of carrier-grade NAT'],
  ['169.254.169.254', 'a link-local or metadata address'],
  ['168.63.129.16', 'a metadata address'],
  ['192.0.0.192', 'a reserved address'],
  ['192.0.2.1', 'a reserved address'],
  ['198.51.100.7', 'a reserved address'],
  ['203.0.113.9', 'a reserved address'],
  ['198.18.0.1', 'a reserved address'],
  ['198.19.255.255', 'a reserved address'],
  ['192.88.99.1', 'a reserved address'],
  ['224.0.0.1', 'a multicast address'],
  ['239.255.255.250', 'a multicast address'],
  ['240.0.0.1', 'a reserved address'],
  ['255.255.255.255', 'the broadcast address'],
  ['::', 'an unspecified address'],
  ['::1', 'a loopback address'],
  ['0:0:0:0:0:0:0:1', 'a loopback address'],
  ['::2', 'a reserved address'],
  ['fe80::1', 'a link-local or metadata address'],
  ['fe80::1%eth0', 'a link-local or metadata address'],
  ['fec0::1', 'a reserved address'],
  ['fc00::1', 'a private (unique local) address'],
  ['fd00:ec2::254', 'a private (unique local) address'],
  ['ff02::1', 'a multicast address'],
  ['100::1', 'a reserved address'],
  ['2001:db8::1', 'a reserved address'],
  ['3fff::1', 'a reserved address'],
  ['2001:2::1', 'a benchmarking address'],
  ['2001:10::1', 'a reserved address'],
  ['5f00::1', 'a reserved address'],
  ['4000::1', 'a reserved address'],
  ['::ffff:127.0.0.1', 'an IPv6 address that stands for a loopback address'],
  ['::ffff:7f00:1', 'an IPv6 address that stands for a loopback address'],
  ['::ffff:8.8.8.8', 'an IPv4-mapped address'],
  ['::ffff:0:10.0.0.1', 'an IPv6 address that stands for a private address'],
  ['::127.0.0.1', 'an IPv6 address that stands for a loopback address'],
  ['::7f00:1', 'an IPv6 address that stands for a loopback address'],
  ['::8.8.8.8', 'an IPv4-mapped address'],
  ['::808:808', 'a reserved address'],
  ['64:ff9b::10.0.0.1', 'an IPv6 address that stands for a private address'],
  ['64:ff9b::808:808', 'a NAT64 address'],
  ['64:ff9b:1::10.0.0.1', 'an IPv6 address that stands for a private address'],
  ['64:ff9b:1::808:808', 'a NAT64 address'],
  ['2002:7f00:1::', 'an IPv6 address that stands for a loopback address'],
  ['2002:808:808::1', 'a 6to4 address'],
  // Teredo writes the client's address with every bit turned: f5ff:fffe is 10.0.0.1.
  ['2001:0:4136:e378:8000:63bf:f5ff:fffe', 'an IPv6 address that stands for a private address'],
  ['2001:0:4136:e378:8000:63bf:f7f7:f7f7', 'a Teredo address'],
  ['127.1', 'not an IP address'],
  ['2130706433', 'not an IP address'],
  ['0x7f.0.0.1', 'not an IP address'],
  ['0177.0.0.1', 'not an IP address'],
  ['localhost', 'not an IP address'],
  ['', 'not an IP address'],
];

describe('the address guard', () => {
  it.each(refusedAddresses)('refuses %s: %s', (ip, reason) => {
    expect(refusedAddressReason(ip, [])).toBe(reason);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80e::200e',
    '2001:4860:4860::8888',
  ])('lets %s pass', (ip) => {
    expect(refusedAddressReason(ip, [])).toBeNull();
  });

  it('lets pass what the operator allows, and nothing beside it', () => {
    const allowed = parseAllowedRanges('127.0.0.0/8, ::1/128,fd12::/16');
    for (const ip of ['127.0.0.1', '127.9.9.9', '::1', 'fd12:0:0:1::1']) {
      expect(refusedAddressReason(ip, allowed)).toBeNull();
    }
    for (const ip of ['10.0.0.1', 'fd13::1', '::ffff:127.0.0.1', '::']) {
      expect(refusedAddressReason(ip, allowed)).not.toBeNull();
    }
  });

  it('opens only the public internet behind an allowed NAT64 prefix', () => {
    const allowed = parseAllowedRanges('64:ff9b::/96');
    expect(refusedAddressReason('64:ff9b::808:808', allowed)).toBeNull();
    expect(refusedAddressReason('64:ff9b::10.0.0.1', allowed)).toMatch('a private address');
    expect(refusedAddressReason('64:ff9b::169.254.169.254', allowed)).toMatch('metadata');
  });
});

describe('a list of allowed ranges', () => {
  it('may be empty', () => {
    expect(parseAllowedRanges(' , ')).toEqual([]);
  });

  it.each(['10.0.0.1', '10.0.0.0/33', '10/8', 'fd00::', 'fd00::/129', 'localhost', '10.0.0.0-9'])(
    'does not accept %s, and names it',
    (piece) => {
      expect(() => parseAllowedRanges(`127.0.0.0/8,${piece}`)).toThrow(`"${piece}" is not a range`);
    },
  );
});

describe('the URL of an endpoint', () => {
  const faultOf = (text: string, allowed = '') => {
    try {
      return `accepted as ${checkEndpointUrl(text, parseAllowedRanges(allowed))}`;
    } catch (error) {
      expect(error).toMatchObject({ code: 'deliveries.endpoint-url-refused' });
      return error instanceof Error ? error.message : '';
    }
  };

  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://EXAMPLE.com:443/Hook?a=1', 'https://example.com/Hook?a=1'],
    ['http://example.com:8080/a b', 'http://example.com:8080/a%20b'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://localhost:3000/', 'http://localhost:3000/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
  ])('%s is stored as %s', (text, stored) => {
    expect(checkEndpointUrl(text, [])).toBe(stored);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://①②⑦.0.0.1/',
    'http://127%2e0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://\t127.0.0.1\n/',
  ])('is refused when it writes a loopback address as %j', (text) => {
    expect(faultOf(text)).toMatch('a loopback address');
  });

  it.each([
    ['http://0/', 'an unspecified address'],
    ['http://169.254.169.254/latest/meta-data', 'metadata'],
    ['http://2852039166/', 'metadata'],
    ['http://10.1.2.3/', 'a private address'],
    ['http://[fd00:ec2::254]/', 'a private (unique local) address'],
    ['ftp://example.com/', 'is not http or https'],
    ['javascript:alert(1)', 'is not http or https'],
    ['file:///etc/passwd', 'is not http or https'],
    ['https://user@example.com/', 'holds credentials'],
    ['https://:pass@example.com/', 'holds credentials'],
    ['https://example.com/#part', 'has a fragment'],
    ['https://example.com/#', 'has a fragment'],
    ['example.com/hook', 'is not a URL'],
    ['https://', 'is not a URL'],
    ['http://256.256.256.256/', 'is not a URL'],
    ['http://[fe80::1%25eth0]/', 'is not a URL'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'is longer than 2048'],
    [`https://example.com/${'ü'.repeat(1_000)}`, 'is longer than 2048'],
  ])('%s is refused: %s', (text, fault) => {
    expect(faultOf(text)).toMatch(fault);
  });

  it('may point to a range that the operator allows', () => {
    expect(faultOf('http://127.1:8080/', '127.0.0.0/8')).toBe('accepted as http://127.0.0.1:8080/');
    expect(faultOf('http://[::1]/', '::1/128')).toBe('accepted as http://[::1]/');
  });
});
