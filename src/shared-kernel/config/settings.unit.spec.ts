import { Test } from '@nestjs/testing';
import { ConfigModule } from './config.module.js';
import {
  describeSettings,
  InvalidSettings,
  loadSettings,
  maskedSettings,
  Settings,
} from './settings.js';

const noTty = { tty: false };
const key32 = Buffer.alloc(32, 7).toString('base64');

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadSettings(env, '', noTty);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have a default for all that a first start needs', () => {
    const settings = loadSettings({}, '', noTty);
    expect(settings).toBeInstanceOf(Settings);
    expect(settings).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
      publicUrl: 'http://localhost:3000',
      dataFolder: './data',
      logFormat: 'json',
      webhookBodyBytesMax: 5_242_880,
      apiBodyBytesMax: 1_048_576,
      outboundAllowedRanges: [],
      demoSource: true,
      metricsPublic: true,
      traceSampleRatio: 1,
    });
    expect(settings.smtpUrl).toBeUndefined();
  });

  it('come from the environment first, then from the .env file', () => {
    const dotenv = 'PORT=4000\nLOG_LEVEL="debug" # comment\nHOST=127.0.0.1';
    const settings = loadSettings({ PORT: '5000', HOST: '' }, dotenv, noTty);
    expect(settings.port).toBe(5000);
    expect(settings.logLevel).toBe('debug');
    expect(settings.host).toBe('127.0.0.1');
    expect(settings.publicUrl).toBe('http://localhost:5000');
  });

  it('log for people on a terminal unless the setting says otherwise', () => {
    expect(loadSettings({}, '', { tty: true }).logFormat).toBe('pretty');
    expect(loadSettings({ LOG_FORMAT: 'json' }, '', { tty: true }).logFormat).toBe('json');
  });

  it('are read into numbers, flags and lists', () => {
    const settings = loadSettings(
      {
        TRACE_SAMPLE_RATIO: '0.25',
        DEMO_SOURCE: 'false',
        OUTBOUND_ALLOWED_RANGES: '10.1.0.0/16, fd00::/8,',
        OUTBOUND_PROXIES: 'http://me:pw@proxy.internal:3128, https://proxy.example.org',
        PUBLIC_URL: 'https://hooks.example.org/base/',
        SECRET_KEY: key32,
      },
      '',
      noTty,
    );
    expect(settings.traceSampleRatio).toBe(0.25);
    expect(settings.demoSource).toBe(false);
    expect(settings.outboundAllowedRanges).toEqual(['10.1.0.0/16', 'fd00::/8']);
    expect(settings.outboundProxies).toEqual([
      'http://me:pw@proxy.internal:3128',
      'https://proxy.example.org',
    ]);
    expect(settings.publicUrl).toBe('https://hooks.example.org/base');
    expect(settings.secretKey).toBe(key32);
  });

  it('are refused all at once, each with its name, its fault and what is allowed', () => {
    expect(
      faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', DEMO_SOURCE: 'yes', TRACE_SAMPLE_RATIO: '1.5' }),
    ).toEqual([
      '  PORT: "70000" is too large (allowed: a whole number from 0 to 65535)',
      '  LOG_LEVEL: "loud" is not one of the allowed words (allowed: debug, info, warn, error)',
      '  TRACE_SAMPLE_RATIO: "1.5" is too large (allowed: a number from 0 to 1)',
      '  DEMO_SOURCE: "yes" is neither true nor false (allowed: true or false)',
    ]);
  });

  it.each([
    ['PORT', '3000.5', 'is not a whole number'],
    ['PORT', '-1', 'is not a whole number'],
    ['WEBHOOK_BODY_BYTES_MAX', '5', 'is too small'],
    ['PUBLIC_URL', 'example.org', 'is not such a URL'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://example.org', 'is not such a URL'],
    ['OUTBOUND_ALLOWED_RANGES', '10.0.0.1', 'has a range that is not in CIDR notation'],
  ])('refuse %s=%s', (name, value, fault) => {
    expect(faultsOf({ [name]: value })).toEqual([
      expect.stringContaining(`${name}: "${value}" ${fault}`),
    ]);
  });

  it('never show the value of a secret', () => {
    const env = {
      SECRET_KEY: 'c2hvcnQ=',
      SMTP_URL: 'http://me:pass@mail',
      BOOTSTRAP_API_KEY: 'x1',
    };
    const faults = faultsOf(env);
    expect(faults).toHaveLength(3);
    for (const value of Object.values(env)) expect(faults.join()).not.toContain(value);

    const masked = maskedSettings(
      loadSettings({ SMTP_URL: 'smtp://me:pass@mail:25', SECRET_KEY: key32 }, '', noTty),
    );
    expect(masked).toMatchObject({ SMTP_URL: '***', SECRET_KEY: '***', PORT: 3000 });
    expect(masked['BOOTSTRAP_API_KEY']).toBeUndefined();
    expect(JSON.stringify(masked)).not.toContain('pass');
  });

  it.each(['proxy.internal:3128', 'http://me:pw@proxy/path', 'socks5://proxy'])(
    'refuse OUTBOUND_PROXIES=%s, without its value, which may hold a password',
    (OUTBOUND_PROXIES) => {
      expect(faultsOf({ OUTBOUND_PROXIES })).toEqual([
        expect.stringContaining('its value has an entry that is not the URL of a proxy'),
      ]);
    },
  );

  it('are all described', () => {
    const rows = describeSettings();
    expect(rows).toContainEqual({
      name: 'WEBHOOK_BODY_BYTES_MAX',
      description: 'Largest body of a webhook, in bytes.',
      allowed: 'a whole number from 1024 to 104857600',
      default: '5242880',
      secret: false,
    });
    expect(rows.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
      'DATABASE_URL',
      'OUTBOUND_PROXIES',
      'SMTP_URL',
      'SECRET_KEY',
      'BOOTSTRAP_API_KEY',
    ]);
    for (const row of rows) expect(row.description).toMatch(/^[A-Z].*\.$/);
  });

  it('are injected by their class', async () => {
    const settings = loadSettings({ PORT: '0' }, '', noTty);
    const app = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(settings)],
    }).compile();
    expect(app.get(Settings)).toBe(settings);
    await app.close();
  });
});
