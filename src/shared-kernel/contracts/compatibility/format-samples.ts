/** Texts of which each fits its formats, a short and a longer one where there are such. */
const samples: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05.678+01:00'],
  date: ['2020-01-02', '1999-12-31'],
  time: ['03:04:05Z', '03:04:05.678+01:00'],
  duration: ['P1D', 'P1Y2M3DT4H5M6S'],
  email: ['a@b.co', 'first.last@example.com'],
  'idn-email': ['a@b.co'],
  hostname: ['a', 'www.example.com'],
  'idn-hostname': ['www.example.com'],
  ipv4: ['1.2.3.4', '192.168.100.200'],
  ipv6: ['::1', '2001:db8::ff00:42:8329'],
  uri: ['a:b', 'https://example.com/path?query#fragment'],
  'uri-reference': ['/a', 'a'],
  iri: ['https://example.com/'],
  'iri-reference': ['/a'],
  'uri-template': ['/a/{b}', 'a'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000'],
  'json-pointer': ['', '/a/b'],
  'relative-json-pointer': ['0', '1/a'],
  regex: ['a', '^a$'],
  byte: ['YQ=='],
};

/** Texts to try where formats matter: of the given formats first, then of all others. */
export function formatSamples(formats: readonly string[]): readonly string[] {
  if (formats.length === 0) return [];
  const own = formats.flatMap((format) => samples[format] ?? []);
  return [...own, ...Object.values(samples).flat(), '%', '\u0000', '{', '(', 'not one'];
}
