import { expect } from 'chai';
import { type Language, languages } from '../../src/platform/i18n.ts';
import { translations } from '../support/pages.ts';

type Text = { owner: string; key: string; text: string };

const flatten = (owner: string, tree: unknown, path: string): Text[] =>
  typeof tree === 'object' && tree !== null
    ? Object.entries(tree).flatMap(([key, part]) => flatten(owner, part, path ? `${path}.${key}` : key))
    : [{ owner, key: `${owner}:${path}`, text: String(tree) }];

const textsOf = (language: Language): Text[] =>
  Object.entries(translations.resources[language] ?? {}).flatMap(([owner, tree]) => flatten(owner, tree, ''));

const pluralSuffix = /_(zero|one|two|few|many|other)$/;
const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '');

/** Key without plural suffix -> the variables of all its forms, and the forms. */
const shapeOf = (language: Language) => {
  const shape = new Map<string, { variables: Set<string>; forms: Set<string> }>();
  for (const { key, text } of textsOf(language)) {
    const base = key.replace(pluralSuffix, '');
    const entry = shape.get(base) ?? { variables: new Set<string>(), forms: new Set<string>() };
    const form = pluralSuffix.exec(key)?.[1];
    if (form) entry.forms.add(form);
    for (const variable of variablesOf(text)) entry.variables.add(variable);
    shape.set(base, entry);
  }
  return shape;
};

const sorted = (values: Iterable<string>): string[] => [...values].sort();

describe('Languages', () => {
  it('have the same files with the same keys', () => {
    expect(sorted(shapeOf('fr').keys())).to.deep.equal(sorted(shapeOf('en').keys()));
  });

  it('fill the same places of each text', () => {
    const french = shapeOf('fr');
    const different = [...shapeOf('en')]
      .map(
        ([key, { variables }]) => [key, sorted(variables), sorted(french.get(key)?.variables ?? [])] as const,
      )
      .filter(([, en, fr]) => en.join() !== fr.join());
    expect(different).to.deep.equal([]);
  });

  it('give each counted text every plural form of the language', () => {
    for (const language of languages) {
      const needed = sorted(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
      const incomplete = [...shapeOf(language)].filter(
        ([, { forms }]) => forms.size > 0 && sorted(forms).join() !== needed.join(),
      );
      expect(
        incomplete.map(([key]) => key),
        language,
      ).to.deep.equal([]);
    }
  });

  it('leave no text empty', () => {
    for (const language of languages) {
      expect(
        textsOf(language)
          .filter(({ text }) => text.trim() === '')
          .map(({ key }) => key),
      ).to.deep.equal([]);
    }
  });

  it('set French with a non-breaking space before ; : ! ? % » and after «', () => {
    const faults: readonly [RegExp, string][] = [
      [/ [;:!?%»€]/, 'an ordinary space before'],
      [/« /, 'an ordinary space after «'],
      [/«(?![\u00a0\u202f])/, 'no space after «'],
      [/(?<![\u00a0\u202f])»/, 'no space before »'],
      [/[\p{L}\p{N})}’»][;!?](?=\s|$)/u, 'no space before'],
      [/[\p{L})}’»]:(?=\s|$)/u, 'no space before'],
      [/"/, 'straight quotation marks'],
    ];
    const found = textsOf('fr').flatMap(({ key, text }) => {
      // The address of a person in a header, and an XML entity, are no French.
      const prose = text.replace(/https?:\/\/\S+/g, '').replace(/&\w+;/g, '');
      return faults.filter(([rule]) => rule.test(prose)).map(([, why]) => `${key}: ${why}: ${text}`);
    });
    expect(found).to.deep.equal([]);
  });

  it('address people in French as vous', () => {
    const familiar = /(?<![\p{L}’'-])(tu|toi|ton|tes|ta)(?![\p{L}’'-])/iu;
    expect(
      textsOf('fr')
        .filter(({ text }) => familiar.test(text))
        .map(({ key }) => key),
    ).to.deep.equal([]);
  });
});
