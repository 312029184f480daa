import { likely, no, unlikely, yes } from './truth.js';
import type { Truth } from './truth.js';

/** Past this, neighbouring numbers are further than 1 apart and validators round (RFC 8259, 6). */
export const exactMax = Number.MAX_SAFE_INTEGER;

/** Fractions of which floating point makes no mistake: halves, quarters, … 1024ths. */
export function isExactDivisor(divisor: number): boolean {
  return Number.isSafeInteger(divisor * 1024) && divisor * 1024 >= 1;
}

/**
 * Whether a number is a multiple. Validators divide in floating point, so that 0.07 may be no
 * multiple of 0.01 for them; where that differs from decimal arithmetic, nothing is proved.
 */
export function isMultiple(value: number, divisor: number): Truth {
  const believed = Number.isInteger(value / divisor);
  if (Math.abs(value) > exactMax) return believed ? likely : unlikely;
  if (isExactDivisor(divisor)) {
    const exact = value % divisor === 0;
    if (exact === believed) return exact ? yes : no;
  } else if (isDecimalMultiple(value, divisor) === believed) {
    return believed ? yes : no;
  }
  return believed ? likely : unlikely;
}

function isDecimalMultiple(value: number, divisor: number): boolean {
  const [a, b] = [decimalOf(value), decimalOf(divisor)];
  const scale = Math.min(a.exponent, b.exponent);
  if (Math.max(a.exponent, b.exponent) - scale > 400) return false;
  const [whole, part] = [a, b].map((d) => d.digits * 10n ** BigInt(d.exponent - scale));
  return part !== undefined && whole !== undefined && part !== 0n && whole % part === 0n;
}

/** A number as digits times a power of ten, as it is written. */
function decimalOf(value: number): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}
