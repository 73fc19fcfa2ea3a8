import { DomainError, type FieldFault } from '../platform/errors.ts';
import { boundedSuite } from './check-json-ld.ts';
import type { DocumentLoader, JsonObject } from './types.ts';

const highBasicPlane = /[\uE000-\uFFFF]/;
const astral = /[\uD800-\uDBFF]/;

/**
 * RDFC-1.0 sorts by code point, the stock library by UTF-16 unit. They differ only where U+E000 to U+FFFF meets a
 * character beyond U+FFFF: such a document would verify here and fail elsewhere, so it is not signed.
 * @throws DomainError `unportable-order`
 */
export const assertPortableOrder = async (
  document: object,
  documentLoader: DocumentLoader,
): Promise<void> => {
  const text = JSON.stringify(document);
  if (!astral.test(text) || !highBasicPlane.test(text)) return;
  const canonical = await boundedSuite.canonize(document, { documentLoader, base: null, safe: true });
  const lines = canonical.split('\n').slice(0, -1);
  // UTF-8 bytes sort as code points do.
  const portable = lines.every(
    (line, i) => i === 0 || Buffer.compare(Buffer.from(lines[i - 1] ?? ''), Buffer.from(line)) < 0,
  );
  if (!portable) throw new DomainError('invalid', 'unportable-order');
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/;

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const placeOfControl = (value: unknown): string | undefined => {
  if (typeof value === 'string') return control.test(value) ? '' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  // No pairs of names and values: every certificate that is signed is looked through.
  for (const name of Object.keys(value)) {
    const place = placeOfControl((value as JsonObject)[name]);
    if (place !== undefined) return `/${escapePointer(name)}${place}`;
  }
  return undefined;
};

/**
 * For Ed25519Signature2020: libraries of before RDFC-1.0 write the tab and all other control characters but the line
 * ends as they are where the canonical form escapes them, so the signature over such a text fails there.
 * @throws DomainError `unportable-characters`, with the place of the first
 */
export const assertPortableCharacters = (document: JsonObject): void => {
  const pointer = placeOfControl(document);
  if (pointer === undefined) return;
  const errors: FieldFault[] = [{ pointer, code: 'control-characters' }];
  throw new DomainError('invalid', 'unportable-characters', { errors });
};

/**
 * JSON knows numbers of any length, most readers only those of IEEE 754: an integer beyond 2^53 - 1 is another number
 * elsewhere (RFC 8785, 3.2.2.3 and annex D), and so is the zero with a sign.
 * @throws DomainError `unportable-number`
 */
export const assertPortableNumbers = (document: unknown): void => {
  if (
    typeof document === 'number' &&
    (Math.abs(document) > Number.MAX_SAFE_INTEGER || Object.is(document, -0))
  )
    throw new DomainError('invalid', 'unportable-number');
  if (typeof document === 'object' && document !== null)
    for (const value of Object.values(document)) assertPortableNumbers(value);
};
