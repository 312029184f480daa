import { type DeclaredClass, type Injection } from './classes.ts';
import { type SymbolId } from './symbols.ts';

/** A class without a constructor is handed what the one that it extends takes. */
export function constructorOf(
  declared: DeclaredClass | undefined,
  classes: ReadonlyMap<SymbolId, DeclaredClass>,
): (Injection & { readonly file: string })[] {
  if (declared === undefined) return [];
  const { injects, base, unit } = declared;
  if (injects !== null) return injects.map((one) => ({ ...one, file: unit.path }));
  return base === null ? [] : constructorOf(classes.get(base), classes);
}
