import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shippedProviders } from '#communication/webhooks/domain/providers/shipped-providers.js';
import { proofTable } from './proof-table.ts';

const root = join(import.meta.dirname, '../..');
const domain = 'src/communication/webhooks/domain';
const providers = [...shippedProviders.values()];

function hasOwnSpec(name: string): boolean {
  return existsSync(join(root, domain, 'providers', `${name}.unit.spec.ts`));
}

it.each(providers.map(({ name, proof }) => [name, proof] as const))(
  '%s claims no proof that no test gives',
  (name, proof) => {
    const proven = proofTable.filter(([provider]) => provider === name).map(([, by]) => by);
    switch (proof.kind) {
      case 'sdk':
      case 'independent':
      case 'standard':
        expect(proven).toContain(proof.package);
        break;
      case 'vector':
        expect([name, proven.includes(proof.url) || hasOwnSpec(name)]).toEqual([name, true]);
        break;
      case 'unconfirmed':
        expect(proven).toEqual([]);
    }
  },
);

it('has the spec that each line names, and only providers that are shipped', () => {
  for (const [name, , spec] of proofTable) {
    const places = [`test/providers/${spec}.spec.ts`, `${domain}/${spec}.unit.spec.ts`];
    expect([spec, places.some((place) => existsSync(join(root, place)))]).toEqual([spec, true]);
    expect(shippedProviders.has(name)).toBe(true);
  }
});

it('ships providers of which most are proven', () => {
  const proven = providers.filter(({ proof }) => proof.kind !== 'unconfirmed');
  expect(proven.length).toBeGreaterThan(providers.length * 0.75);
});
