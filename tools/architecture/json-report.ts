import { type Verdict } from './verify.ts';

/** A verdict for programs; times in milliseconds, lines from 1. */
export function jsonReport({ findings, durationMs, ...sums }: Verdict): object {
  return {
    ...sums,
    durationMs: Math.round(durationMs),
    findings: findings.map(({ rule, severity, file, line, found, frame }) => ({
      rule: rule.id,
      severity,
      file,
      line,
      found,
      frame,
      sentence: rule.sentence,
      why: rule.why,
      mend: rule.mend,
    })),
  };
}
