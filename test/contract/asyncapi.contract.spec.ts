import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { contractCatalogue } from '#shared-kernel/contracts/contract-catalogue.js';
import type { Contract } from '#shared-kernel/contracts/contract.js';
import { ContractRegistry } from '#shared-kernel/contracts/contract-registry.js';
import { interfaceDocuments } from '../../tools/reference/interface-documents.ts';

async function faultsOf(document: object): Promise<unknown[]> {
  const diagnostics = await new Parser().validate(JSON.stringify(document));
  return diagnostics.map(({ code, message, path, severity }) => ({
    severity,
    code,
    message,
    path: path.join('.'),
  }));
}

/** The parser puts ids of its own (`x-parser-…`) into schemas. */
function withoutExtensions(schema: object): object {
  const text = JSON.stringify(schema, (key, value) => (key.startsWith('x-') ? undefined : value));
  return JSON.parse(text);
}

describe('the AsyncAPI document', () => {
  let document: object;

  beforeAll(async () => {
    document = (await interfaceDocuments()).asyncApi;
  });

  it('is valid by the parser of the AsyncAPI initiative', async () => {
    expect(await faultsOf(document)).toEqual([]);
  });

  it.each([
    ['an action that there is not', '"action":"send"', '"action":"shout"'],
    ['a channel that there is not', '"#/channels/communication.rule', '"#/channels/gone.rule'],
  ])('is seen to be invalid with %s', async (_what, right, wrong) => {
    const broken = JSON.stringify(document).replaceAll(right, wrong);
    const faults = await faultsOf(JSON.parse(broken));
    expect(faults).toContainEqual(expect.objectContaining({ severity: 0 }));
  });

  it('has examples that fit their payloads, which the parser does not look at', async () => {
    const { document: parsed } = await new Parser().parse(JSON.stringify(document));
    const ajv = new Ajv({ allowUnionTypes: true });
    let examples = 0;
    for (const message of parsed!.messages().all()) {
      const fits = ajv.compile(withoutExtensions(message.payload()!.json()));
      for (const example of message.examples().all()) {
        examples++;
        expect([message.name(), fits(example.payload())]).toEqual([message.name(), true]);
      }
    }
    expect(examples).toBeGreaterThan(15);
  });

  it('has every published contract, and every reaction', async () => {
    const { document: parsed } = await new Parser().parse(JSON.stringify(document));
    const registry = new ContractRegistry(contractCatalogue as Contract[]);
    const names = registry.list().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(9);
    const operations = parsed!.operations().all();
    const channels = parsed!
      .channels()
      .all()
      .map((channel) => channel.address() ?? '');
    for (const name of names) {
      expect(channels.some((address) => address.replace(/\.v\d+$/, '') === name)).toBe(true);
    }
    const receivers = operations
      .filter((operation) => operation.isReceive() && !operation.reply())
      .map((operation) => operation.id());
    expect(receivers).toContain(
      'receive.deliveries.schedule-delivery-when-rule-matched.communication.rule-matched',
    );
    const events = registry.list().filter(({ kind }) => kind === 'event');
    expect(operations.filter((operation) => operation.isSend())).toHaveLength(events.length);
  });
});
