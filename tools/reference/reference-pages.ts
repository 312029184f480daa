import { fileURLToPath } from 'node:url';
import { readHouse } from '../architecture/house.ts';
import { readTree } from '../architecture/source-tree.ts';
import { contextMapPages } from '../context-map/context-map-pages.ts';
import { contractPages } from './contract-pages.ts';
import { deliveryOutcomesPage } from './delivery-outcomes-page.ts';
import { errorMatrixPage } from './error-matrix-page.ts';
import { errorsPage } from './errors-page.ts';
import { observabilityPage } from './observability-page.ts';
import { interfaceDocuments } from './interface-documents.ts';
import { providersPage } from './providers-page.ts';
import { settingsPage } from './settings-page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every file of `docs/reference/` as the code of today makes it, by its path there. */
export async function referencePages(): Promise<Map<string, string>> {
  const { openApi, asyncApi } = await interfaceDocuments();
  return new Map([
    ['settings.md', settingsPage()],
    ['providers.md', providersPage()],
    ['errors.md', errorsPage()],
    ['delivery-outcomes.md', deliveryOutcomesPage()],
    ['error-propagation.md', errorMatrixPage()],
    ['observability.md', observabilityPage()],
    ['openapi.json', `${JSON.stringify(openApi, null, 2)}\n`],
    ['asyncapi.json', `${JSON.stringify(asyncApi, null, 2)}\n`],
    ...(await contractPages()),
    ...contextMapPages(readHouse(readTree(root))),
  ]);
}
