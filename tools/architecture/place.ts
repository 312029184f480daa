/** Where a file stands in the house; `unit` is the folder inside which imports are relative. */
export type Place =
  | { readonly kind: 'app'; readonly unit: string }
  | { readonly kind: 'kernel'; readonly unit: string; readonly folder: string }
  | {
      readonly kind: 'module';
      readonly unit: string;
      readonly context: string;
      /** `domain`, `http`, ...; `errors` and `wiring` for the two files outside of the folders. */
      readonly layer: string;
    }
  | { readonly kind: 'context'; readonly unit: string; readonly context: string }
  | { readonly kind: 'outside'; readonly unit: string };

const kernel = 'shared-kernel';

/** The place of a path such as `src/communication/webhooks/domain/source.ts`. */
export function placeOf(path: string): Place {
  const [top, context, module, ...inside] = path.split('/');
  if (top !== 'src' || context === undefined) return { kind: 'outside', unit: top ?? '' };
  if (module === undefined) return { kind: 'app', unit: 'src' };
  const isFolder = inside.length > 0;
  if (context === kernel) {
    const folder = isFolder ? module : '';
    return { kind: 'kernel', unit: isFolder ? `src/${kernel}/${folder}` : `src/${kernel}`, folder };
  }
  if (!isFolder) return { kind: 'context', unit: `src/${context}`, context };
  return { kind: 'module', unit: `src/${context}/${module}`, context, layer: layerOf(inside) };
}

/** Whether the path is a file of tests: those see more than the code that they test may. */
export function isSpec(path: string): boolean {
  return path.endsWith('.spec.ts');
}

function layerOf(inside: readonly string[]): string {
  const [first = ''] = inside;
  if (inside.length > 1) return first;
  if (first === 'errors.ts') return 'errors';
  return first.endsWith('.module.ts') ? 'wiring' : first;
}
