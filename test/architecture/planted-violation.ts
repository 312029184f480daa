/** A fault put into the clean house: the rule that must see it, and where. */
export interface PlantedViolation {
  readonly rule: string;
  readonly what: string;
  /** Files that are added to the clean house, or replace one of it. */
  readonly files: Readonly<Record<string, string>>;
  /** `file:line` */
  readonly at: string;
}

/** A file whose second line is the fault. */
export function planted(rule: string, what: string, file: string, fault: string): PlantedViolation {
  return { rule, what, files: { [file]: `export const fine = 1;\n${fault}\n` }, at: `${file}:2` };
}
