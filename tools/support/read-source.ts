import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const source = new URL('../../src/', import.meta.url).href;

/**
 * Lets this process import the program as it stands in `src/`, with decorators, and not as it was
 * built last. To be called before the first import of a name with `#`.
 */
export function readSource(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const fromSource = context.parentURL?.startsWith(source) ?? false;
      if (specifier.startsWith('#')) return found(new URL(specifier.slice(1), source));
      if (fromSource && specifier.startsWith('.'))
        return found(new URL(specifier, context.parentURL));
      return nextResolve(specifier, context);
    },
    load(url, context, nextLoad) {
      if (!url.startsWith(source)) return nextLoad(url, context);
      const filename = fileURLToPath(url);
      // The settings of the build, from .swcrc.
      const { code } = transformSync(readFileSync(filename, 'utf8'), {
        filename,
        swcrc: true,
        sourceMaps: 'inline',
      });
      return { format: 'module', source: code, shortCircuit: true };
    },
  });
}

function found(url: URL) {
  return { url: url.href.replace(/\.js$/, '.ts'), format: 'module', shortCircuit: true };
}
