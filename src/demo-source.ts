import { createHmac } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CreateDemoSource } from '#communication/webhooks/contracts/create-demo-source.command.js';

/** A source that a newcomer can send to at once. */
export interface DemoSource {
  /** A command that sends a signed sample; it works as often as it is run. */
  readonly curl: string;
}

const sample = '{"zen":"Keep it logically awesome.","hook_id":1}';

/** Makes a GitHub source, whose signature covers the body alone and so never gets old. */
export async function makeDemoSource(
  app: INestApplicationContext,
  publicUrl: string,
): Promise<DemoSource> {
  const { token, secret } = await app.get(CommandBus).execute(new CreateDemoSource({}));
  const signature = createHmac('sha256', secret).update(sample).digest('hex');
  const curl = [
    `curl -X POST ${publicUrl}/hooks/${token}`,
    `-H 'content-type: application/json'`,
    `-H 'x-github-event: ping'`,
    `-H 'x-hub-signature-256: sha256=${signature}'`,
    `-d '${sample}'`,
  ].join(' \\\n    ');
  return { curl };
}
