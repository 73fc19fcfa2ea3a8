import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { languages } from '../../src/platform/i18n.ts';
import { translations } from '../support/pages.ts';

const folder = new URL('../../src/', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''));

const codesBy = (pattern: RegExp): string[] => [
  ...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code ?? ''))),
];

/** `new DomainError('<kind>', '<code>'`, over line breaks. */
const problemCodes = codesBy(/new DomainError\(\s*'[a-z-]+',\s*'([a-z0-9-]+)'/g);
/** `{ pointer: …, code: '<code>'`, and codes in place of Zod's sentences. */
const faultCodes = [
  ...codesBy(/pointer[^\n]*?code: '([a-z0-9-]+)'/g),
  ...codesBy(/\.(?:min|max|length|regex|refine|email|check)\([^'"\n]*'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'\)/g),
];
/** What `platform/http/validate.ts` and `problem.ts` can answer by themselves. */
const platformFaults =
  'required too-short too-long too-small too-big unknown-field not-an-option not-an-email bad-format not-valid'.split(
    ' ',
  );

describe('Problems', () => {
  it('are found in the sources, so that this test can fail', () => {
    expect(problemCodes).to.include.members([
      'too-many-requests',
      'forged-request',
      'not-found',
      'invalid-input',
    ]);
    expect(faultCodes).to.include('unknown-field');
  });

  for (const language of languages) {
    const words = translations.words(language);

    it(`have a title, a meaning and a remedy in ${language}`, () => {
      const missing = [...problemCodes, 'internal'].flatMap((code) =>
        ['title', 'detail', 'remedy']
          .map((part) => `problems:${code}.${part}`)
          .filter((key) => !words.has(key)),
      );
      expect(missing).to.deep.equal([]);
    });

    it(`of one field have a sentence in ${language}`, () => {
      const missing = [...new Set([...faultCodes, ...platformFaults])].filter(
        (code) => !words.has(`problems:fields.${code}`),
      );
      expect(missing).to.deep.equal([]);
    });
  }
});
