import { formats, isLanguage, type Language, languages } from '../../platform/i18n.ts';
import type { GreyPicture } from '../../platform/pdf/grey-picture.ts';
import { lookAtSheet, type SheetLook } from '../../platform/pdf/look-at-sheet.ts';
import type { Facts } from '../report.ts';
import { alignments } from './align.ts';
import { comparePicture } from './compare-picture.ts';
import { compareText, type ExpectedText } from './compare-text.ts';
import { type FoundCode, findCodes } from './find-codes.ts';
import type { SheetComparison, SheetDifference, SheetField } from './sheet.ts';
import { squash } from './squash.ts';

export type SheetQuestion = {
  /** The file as somebody brought it. */
  shown: Uint8Array;
  /** What the signed record says. */
  facts: Facts;
  /** The file as it was issued for just this record, when there is one. */
  genuine: Uint8Array | undefined;
};

const addressOf = ({ credentialId }: Facts): string => credentialId ?? '';

/** The number as it stands in the address, `…/v/<number>`. */
const numberOf = (facts: Facts): string | undefined => /\/v\/([0-9A-Z]{28})$/.exec(addressOf(facts))?.[1];

/** A date in words, as sheets print it. */
const datesOf = (value: string | undefined, language: Language): readonly string[] => {
  const date = value === undefined ? undefined : new Date(value);
  if (!date || Number.isNaN(date.getTime())) return [];
  return [formats(language).date(date)];
};

/** The signed texts of one language in the forms in which a sheet prints them. */
const fieldTexts = (facts: Facts): readonly (ExpectedText & { field: SheetField })[] => {
  const spoken = isLanguage(facts.language) ? [facts.language] : languages;
  const texts: [SheetField, readonly (string | undefined)[]][] = [
    ['holderName', [facts.holderName]],
    ['achievementName', [facts.achievementName]],
    ['description', [facts.description]],
    ['assessment', [facts.assessment]],
    ['validFrom', spoken.slice(0, 1).flatMap((language) => datesOf(facts.validFrom, language))],
    ['validUntil', spoken.slice(0, 1).flatMap((language) => datesOf(facts.validUntil, language))],
    ['identifier', [numberOf(facts)]],
    ['issuerName', [facts.issuerName]],
  ];
  return texts.flatMap(([field, found]) =>
    found
      .filter((text) => text !== undefined && text !== '')
      .map((text) => ({ field, text: text as string })),
  );
};

/** Which signed field a line of the genuine sheet shows, or is a part of. */
const fieldIn = (line: string, facts: Facts): SheetField | undefined => {
  const wanted = squash(line).text;
  if (wanted === squash(addressOf(facts)).text) return 'address';
  return fieldTexts(facts).find(({ text }) => {
    const field = squash(text).text;
    return wanted.includes(field) || (wanted.length > 3 && field.includes(wanted));
  })?.field;
};

const isAddressOf =
  (facts: Facts) =>
  ({ text }: FoundCode): boolean =>
    text === addressOf(facts);

/**
 * A code that leads somewhere leads to the record. One that is not found proves nothing, since small codes are hard to read
 * once they were scaled; that it is gone is seen by the comparison of pictures, and so is what else a code may hold.
 */
const codeDifferences = (shown: readonly FoundCode[], facts: Facts): SheetDifference[] => {
  const foreign = shown.filter((code) => /^[a-z]+:\/\//i.test(code.text) && !isAddressOf(facts)(code));
  return foreign.map(({ text }) => ({ kind: 'code-differs', printed: text }));
};

const differing = (
  differences: readonly SheetDifference[],
  otherwise: 'unchanged' | 'fields-found',
): SheetComparison => (differences.length > 0 ? { result: 'differs', differences } : { result: otherwise });

const pagesAdded = ({ pages }: SheetLook, genuine: number): SheetDifference[] =>
  pages > genuine ? [{ kind: 'pages-added', pages: pages - genuine }] : [];

/** Nothing to lay beside it: at least every signed field has to stand on the page, and its code has to lead to the record. */
const compareFields = (shown: SheetLook, facts: Facts): SheetComparison => {
  if (shown.lines.length === 0) return { result: 'not-compared', why: 'picture-only' };
  const page = shown.lines.map(({ text }) => text);
  const missing = compareText(page, fieldTexts(facts)).filter(({ kind }) => kind !== 'text-added');
  const codes = codeDifferences(
    findCodes(shown.picture, (found) => found.length > 0),
    facts,
  );
  return differing([...missing, ...codes], 'fields-found');
};

const compareLooks = (shown: SheetLook, genuine: SheetLook, facts: Facts): SheetComparison => {
  const hasAddress = (found: readonly FoundCode[]): boolean => found.some(isAddressOf(facts));
  const genuineCodes = findCodes(genuine.picture, hasAddress);
  const shownCodes = findCodes(shown.picture, hasAddress);
  const expected = genuine.lines.map(({ text }) => ({ text, field: fieldIn(text, facts) }));
  const page = shown.lines.map(({ text }) => text);
  const side = (picture: GreyPicture, codes: readonly FoundCode[]) => ({
    picture,
    code: codes.find(isAddressOf(facts)),
  });
  const pictures = comparePicture(
    genuine,
    shown.picture,
    alignments(side(genuine.picture, genuineCodes), side(shown.picture, shownCodes)),
  );
  const codes = codeDifferences(shownCodes, facts);
  const found = [
    ...(page.length === 0 ? [] : compareText(page, expected)),
    ...codes,
    ...(pictures ?? []),
    ...pagesAdded(shown, genuine.pages),
  ];
  // Its text alone may be forged: without the picture nothing is said in its favour.
  if (found.length === 0 && !pictures) return { result: 'not-compared', why: 'not-aligned' };
  return differing(found, 'unchanged');
};

/**
 * Lays what somebody brought beside the sheet that was issued, whose bytes differ: every text, the codes, the picture and
 * the number of pages. Text and picture are compared apart, since either can be forged without the other. For a thread of
 * its own.
 */
export const compareSheet = async ({ shown, facts, genuine }: SheetQuestion): Promise<SheetComparison> => {
  const look = await lookAtSheet(shown);
  if ('refused' in look) return { result: 'not-compared', why: 'unreadable' };
  if (!genuine) return compareFields(look, facts);
  const original = await lookAtSheet(genuine);
  return 'refused' in original ? compareFields(look, facts) : compareLooks(look, original, facts);
};
