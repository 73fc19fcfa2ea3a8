/** A number, or the address of a verification page as it was copied. */
export const numberIn = (typed: string): string => /\/v\/([^/?#\s]+)/.exec(typed)?.[1] ?? typed.trim();
