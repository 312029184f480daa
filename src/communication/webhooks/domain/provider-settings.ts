import { z } from 'zod';
import { templatesOf } from './body-coverage.js';
import type { ProviderDefinition } from './provider-definition.js';
import { type SchemeFault, urlSetting } from './scheme-faults.js';
import { signedString } from './signed-string.js';
import type { Source } from './source.js';

const settingsSchema = z.record(z.string(), z.string().min(1).max(500));
const urlSchema = z.url({ protocol: /^https?$/ }).refine((url) => !/[?#]/.test(url));

/** What is wrong with the settings of a source of this provider; empty when nothing is. */
export function settingFaults(definition: ProviderDefinition, settings: unknown): SchemeFault[] {
  const known = knownSettings(definition);
  if (settings !== null && settings !== undefined && known.size === 0) {
    return [{ path: 'settings', fault: 'must be left out' }];
  }
  const parsed = settingsSchema.safeParse(settings ?? {});
  if (!parsed.success) {
    return parsed.error.issues.map(({ path }) => ({
      path: ['settings', ...path].join('.'),
      fault: 'must be a text of 1 to 500 characters',
    }));
  }
  const given = parsed.data;
  const path = (name: string) => `settings.${name}`;
  const faults: SchemeFault[] = [];
  for (const name of Object.keys(given)) {
    if (!known.has(name))
      faults.push({ path: path(name), fault: 'is no setting of this provider' });
  }
  for (const [name, required] of known) {
    const missing = required && given[name] === undefined;
    if (missing) faults.push({ path: path(name), fault: 'is needed by this provider' });
  }
  const url = given[urlSetting];
  if (url !== undefined && known.has(urlSetting) && !urlSchema.safeParse(url).success) {
    faults.push({ path: path(urlSetting), fault: 'must be an address without query' });
  }
  return faults;
}

/** Settings that have no faults, as a source keeps them. */
export function settingsIn(settings: unknown): Source['settings'] {
  return settings === null || settings === undefined ? null : settingsSchema.parse(settings);
}

/** The names of the settings, and whether each is needed. */
function knownSettings({ settings = {}, signature }: ProviderDefinition): Map<string, boolean> {
  const known = new Map<string, boolean>();
  for (const [name, { required }] of Object.entries(settings)) known.set(name, required);
  const signsUrl = templatesOf(signature).some(({ template }) =>
    signedString(template).some(({ kind }) => kind === 'url'),
  );
  if (signsUrl) known.set(urlSetting, false);
  return known;
}
