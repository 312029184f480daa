import { type Finding, type Verdict } from './verify.ts';

/** A whole verdict for a terminal; the last line is the sum. */
export function textReport(verdict: Verdict): string {
  const { findings, rules, files, errors, warnings, durationMs } = verdict;
  const sum =
    `${rules} rules, ${files} files, ${errors} errors, ${warnings} warnings, ` +
    `${(durationMs / 1_000).toFixed(1)} s`;
  return `${describeFindings(findings)}${sum}`;
}

/** The findings as a developer reads them: per law what it says, why, how to mend it, and where. */
export function describeFindings(findings: readonly Finding[]): string {
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return [...byRule]
    .map(([rule, broken]) => {
      const kind = rule.severity === 'warning' ? ' (warning)' : '';
      const head = `${rule.id}${kind}: ${rule.sentence}\n  Why: ${rule.why}\n  To mend: ${rule.mend}\n`;
      return `${head}${broken.map(describePlace).join('')}\n`;
    })
    .join('');
}

function describePlace({ file, line, found, frame }: Finding): string {
  const place = `  ${file}:${line} ${found}\n`;
  return frame.trim() === '' ? place : `${place}    ${line} | ${frame.trimEnd()}\n`;
}
