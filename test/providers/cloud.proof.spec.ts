import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { type Message, post, signedAtMs, textOf } from '../../tools/providers/message.ts';
import { type OutsideParty } from './outside-party.js';
import { proveAll } from './prove-provider.js';
import { ourVerdict } from './signed-message.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = publicKey.export({ format: 'pem', type: 'spki' });
const certUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem';
const topic = 'arn:aws:sns:eu-west-1:123456789012:orders';

type Fields = Record<string, string>;
interface Validator {
  validate(fields: Fields, done: (error: Error | null) => void): void;
}

const require = createRequire(import.meta.url);
// The package has no types, and reads the certificate with the https of the program.
const MessageValidator = require('sns-validator') as new () => Validator;
const https = require('https') as { get: unknown };
const realGet = https.get;

beforeAll(() => {
  https.get = (_url: string, done: (response: EventEmitter) => void) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    done(response);
    response.emit('data', Buffer.from(pem));
    response.emit('end');
    return new EventEmitter();
  };
});
afterAll(() => {
  https.get = realGet;
});

const notification: Fields = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topic,
  Subject: 'Zoë \u{1F98A}',
  Message: '{"order":1}',
};
const { Subject: _subject, ...untitled } = notification;
const confirmation: Fields = {
  ...untitled,
  Type: 'SubscriptionConfirmation',
  Token: '2336412f37',
  SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37',
};
const titled = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const subscribing = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
];

/** Name and value of each signed field, as Amazon's documentation lists them. */
function signedText(fields: Fields): string {
  const names = fields.Type === 'Notification' ? titled : subscribing;
  return names
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('');
}

function fieldsOf(message: Message): Fields {
  return JSON.parse(textOf(message)) as Fields;
}

function sns(provider: string, version: '1' | '2'): OutsideParty {
  return {
    provider,
    package: 'sns-validator',
    signs: false,
    secret: topic,
    otherSecret: 'arn:aws:sns:eu-west-1:210987654321:orders',
    remoteKeys: { [certUrl]: [createPublicKey(pem)] },
    bodies: [notification, untitled, confirmation].map((fields) => JSON.stringify(fields)),
    sign: (draft) => {
      const Timestamp = new Date(draft.nowMs).toISOString();
      const fields = { ...fieldsOf(post(draft, {})), Timestamp };
      const signer = createSign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1');
      const signed = {
        ...fields,
        SignatureVersion: version,
        Signature: signer.update(signedText(fields)).sign(privateKey, 'base64'),
        SigningCertURL: certUrl,
      };
      return post({ ...draft, body: Buffer.from(JSON.stringify(signed)) }, { 'x-amz-sns': '1' });
    },
    accepts: (message) =>
      new Promise((resolve) => {
        new MessageValidator().validate(fieldsOf(message), (error) => resolve(error === null));
      }),
    meaning: (message) => signedText(fieldsOf(message)),
  };
}

const parties = [sns('aws-sns', '2'), sns('aws-sns-v1', '1')];
proveAll('cloud.proof', parties);

it.each(parties.map((party) => [party.provider, party] as const))(
  '%s lets no field be taken away, emptied, changed or added that the library minds',
  async (_provider, party) => {
    const names = [...new Set([...subscribing, 'Subject', 'Signature', 'SignatureVersion'])];
    const values = [undefined, null, '', 'x', 7, ['x'], { x: 1 }];
    for (const sample of [notification, untitled, confirmation]) {
      const body = Buffer.from(JSON.stringify(sample));
      const message = await party.sign({ url: 'https://hooks.example/', body, nowMs: signedAtMs });
      expect(ourVerdict(party, message, signedAtMs)).toBe('verified');
      for (const name of [...names, 'SigningCertURL']) {
        for (const value of values) {
          const changed = { ...fieldsOf(message), [name]: value };
          const other = { ...message, body: Buffer.from(JSON.stringify(changed)) };
          if (ourVerdict(party, other, signedAtMs) !== 'verified') continue;
          expect([name, value, await party.accepts?.(other, topic)]).toEqual([name, value, true]);
        }
      }
    }
  },
);
