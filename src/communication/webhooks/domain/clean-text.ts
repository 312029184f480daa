/**
 * A text without outer blanks, or null when it is empty, too long, or holds control characters or
 * half a character.
 */
export function cleanText(text: string | undefined, charactersMax: number): string | null {
  const trimmed = text?.trim() ?? '';
  const usable =
    trimmed !== '' && trimmed.length <= charactersMax && !/[\p{Cc}\p{Cs}]/u.test(trimmed);
  return usable ? trimmed : null;
}
