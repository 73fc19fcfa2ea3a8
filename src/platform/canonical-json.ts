/**
 * The one text of a JSON value: members sorted by UTF-16 code units, no white space (the form of RFC 8785 for values
 * without fractional numbers). Used wherever a hash over stored data must be the same tomorrow.
 */
export const canonicalJson = (value: unknown): string => {
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
};
