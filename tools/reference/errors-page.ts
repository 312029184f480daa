// The program imports every module, and every module its catalogue.
import '#app.module.js';
import { errorCatalogue } from '#shared-kernel/domain/domain-error.js';
import { code, page, table } from './markdown.ts';

/** Every catalogued error code, by the module that owns it. */
export function errorsPage(): string {
  const entries = [...errorCatalogue].map(([errorCode, definition]) => {
    const module = errorCode.slice(0, errorCode.indexOf('.'));
    return { errorCode, module, ...definition };
  });
  const modules = [...Map.groupBy(entries, ({ module }) => module)].sort(byFirst);
  const sections = modules.map(([module, errors]) => {
    const rows = errors
      .sort((one, other) => one.status - other.status || byText(one.errorCode, other.errorCode))
      .map(({ errorCode, status, title, remedy }) => [
        code(errorCode),
        String(status),
        title,
        remedy,
      ]);
    return `## ${module}\n\n${table(['Code', 'Status', 'Title', 'What to do'], rows)}`;
  });
  return page(
    '# Errors',
    'Every refusal is a problem document (RFC 9457, `application/problem+json`) with `type`, ' +
      '`title`, `status`, `detail`, `code` and `traceId`, and with `fields` (path and fault) where ' +
      'single fields are wrong. Titles and details are for people and may change; rely on `code`. ' +
      'The `traceId` finds the request in the log and in traces.',
    ...sections,
  );
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return byText(one, other);
}

function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
