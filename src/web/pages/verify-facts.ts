import { formats, type Words } from '../../platform/i18n.ts';
import type { Facts } from '../../verifier/index.ts';
import { dateText } from './verify-dates.ts';

export const grouped = (identifier: string): string => (identifier.match(/.{1,4}/g) ?? []).join(' ');

/** Texts of the certificate are in its own language (WCAG 2.2, 3.1.2). */
const inOwnLanguage = [
  'achievement',
  'description',
  'assessment',
  'criteria',
  'supervision',
  'participation',
];
const inCode = ['issuer-id', 'identifier', 'record'];

export const factRows = (facts: Facts, identifier: string | undefined, known: boolean, words: Words) => {
  const rows: [string, string | undefined][] = [
    ['holder', facts.holderName],
    ['achievement', facts.achievementName],
    ['description', facts.description],
    ['awarded', facts.validFrom && dateText(facts.validFrom, words)],
    ['until', facts.validUntil && dateText(facts.validUntil, words)],
    ['criteria', facts.criteria],
    [known ? 'issuer' : 'claimed-issuer', facts.issuerName],
    ['issuer-id', facts.issuerId],
    identifier ? ['identifier', grouped(identifier)] : ['record', facts.credentialId],
  ];
  return rowsOf(rows, facts, words);
};

/** Digits and nothing else: what somebody else signed may say anything. */
const percentText = (value: string | undefined, words: Words): string | undefined =>
  value !== undefined && /^\d{1,3}$/.test(value)
    ? formats(words.language).percent(Number(value) / 100)
    : value;

/** What `passed` means: asked of anybody who relies on a certificate. */
export const assessedRows = (facts: Facts, words: Words) =>
  rowsOf(
    [
      ['assessment', facts.assessment],
      ['supervision', facts.supervision],
      ['participation', facts.participation],
      ['pass-mark', percentText(facts.passMark, words)],
      ['result', percentText(facts.result, words)],
    ],
    facts,
    words,
  );

const rowsOf = (rows: readonly [string, string | undefined][], facts: Facts, words: Words) =>
  rows
    .filter((row): row is [string, string] => Boolean(row[1]))
    .map(([key, text]) => ({
      label: words(`verify:facts.${key}`),
      text,
      code: inCode.includes(key),
      large: key === 'holder',
      lang: inOwnLanguage.includes(key) ? facts.language : undefined,
    }));

/** The number on the sheet, when the record carries it in its address: `https://…/v/<number>`. */
export const numberOf = (facts: Facts | undefined): string | undefined =>
  /\/v\/([0-9A-Z]{28})$/.exec(facts?.credentialId ?? '')?.[1];
