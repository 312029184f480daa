import { describeSettings } from '#shared-kernel/config/settings.js';
import { code, page, table } from './markdown.ts';

/** Every setting with its default and what is allowed. */
export function settingsPage(): string {
  const rows = describeSettings().map(
    ({ name, description, allowed, default: byDefault, secret }) => [
      code(name),
      secret ? `${description} Never shown.` : description,
      allowed,
      // A mail address in angle brackets would become a link.
      byDefault.replaceAll('<', '\\<'),
    ],
  );
  return page(
    '# Settings',
    'Settings come from the environment and from the file `.env` in the folder of the start; the ' +
      'environment wins, and an empty value counts as absent. All are read once. A wrong one ' +
      'stops the start with its name, what is wrong with its value, and what is allowed.',
    table(['Name', 'What it sets', 'Allowed', 'Default'], rows),
  );
}
