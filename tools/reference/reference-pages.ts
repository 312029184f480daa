import { contractPages } from './contract-pages.ts';
import { errorsPage } from './errors-page.ts';
import { observabilityPage } from './observability-page.ts';
import { openApiDocument } from './openapi-document.ts';
import { settingsPage } from './settings-page.ts';

/** Every file of `docs/reference/` as the code of today makes it, by its path there. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map([
    ['settings.md', settingsPage()],
    ['errors.md', errorsPage()],
    ['observability.md', observabilityPage()],
    ['openapi.json', `${JSON.stringify(await openApiDocument(), null, 2)}\n`],
    ...(await contractPages()),
  ]);
}
