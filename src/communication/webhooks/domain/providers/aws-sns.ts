import type { ShippedProvider } from '../provider-definition.js';
import { json } from './scheme-parts.js';

/**
 * Amazon signs these fields where they are present: a notification has no token, and who wants to
 * subscribe sends no subject. One list for both, so that neither can be given a field of the other.
 */
const signedBySns = '{fields:Message,MessageId,Subject,SubscribeURL,Timestamp,Token,TopicArn,Type}';
const snsHosts = ['sns.*.amazonaws.com', 'sns.*.amazonaws.com.cn'];

/**
 * Amazon SNS. The keys are Amazon's own and sign for everybody's topics, so the ARN of the topic is
 * what a source is bound to.
 */
export function awsSns(version: '1' | '2'): ShippedProvider {
  return {
    name: version === '2' ? 'aws-sns' : 'aws-sns-v1',
    title: `Amazon SNS (SignatureVersion ${version})`,
    docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
    proof: { kind: 'sdk', package: 'sns-validator' },
    signature: {
      algorithm: { kind: 'rsa', hash: version === '2' ? 'sha256' : 'sha1', padding: 'pkcs1' },
      encoding: 'base64',
      place: json('Signature'),
      signed: signedBySns,
      timestamp: {
        place: json('Timestamp'),
        unit: 'iso',
        // A message keeps its time while Amazon tries again.
        pastSeconds: 3_600,
        futureSeconds: 300,
      },
      remoteKeys: { kind: 'certificate', url: json('SigningCertURL'), hosts: snsHosts },
      binding: json('TopicArn'),
      requires: [
        { at: json('SignatureVersion'), equals: version },
        { at: json('MessageId') },
        { at: json('Message') },
        { at: json('Type') },
      ],
      bodyUnsigned: true,
    },
    deliveryId: json('MessageId'),
    eventType: [json('Type')],
    eventTime: { place: json('Timestamp'), unit: 'iso' },
    handshakes: [
      {
        method: 'POST',
        when: [{ at: json('Type'), equals: 'SubscriptionConfirmation' }],
        answer: {},
        action: { kind: 'confirm', url: json('SubscribeURL'), hosts: snsHosts },
      },
    ],
  };
}
