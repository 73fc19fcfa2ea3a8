import { readFileSync } from 'node:fs';
import type { Stop } from '../stop.ts';

export type Language = 'en' | 'fr';
type Texts = { readonly [name: string]: string | Texts };

const read = (language: Language, file: string): Texts =>
  JSON.parse(
    readFileSync(new URL(`../../../src/locales/${language}/${file}.json`, import.meta.url), 'utf8'),
  ) as Texts;
const filesOf = (language: Language): Texts =>
  Object.fromEntries(['verify', 'wallets', 'problems'].map((file) => [file, read(language, file)]));
const texts: Record<Language, Texts> = { en: filesOf('en'), fr: filesOf('fr') };

const at = (key: string, language: Language): string | Texts | undefined =>
  key
    .split(/[:.]/)
    .reduce<string | Texts | undefined>(
      (found, name) => (typeof found === 'object' ? found[name] : undefined),
      texts[language],
    );

const namesUnder = (key: string): string[] => Object.keys(at(key, 'en') ?? {});

const evened = (text: string): string => text.replaceAll(/[\s\u00a0\u202f]+/g, ' ').trim();

/** Whether the text of a page has this sentence of ours, whatever stands in its places. */
export const isSaid = (key: string, text: string, language: Language): boolean => {
  const sentence = at(key, language);
  if (typeof sentence !== 'string') throw new Error(`no text is called ${key}`);
  const parts = evened(sentence)
    .split(/\{\{\w+\}\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.{0,300}')).test(evened(text));
};

const ownSentences = (verdict: string): string[] =>
  namesUnder(`verify:verdicts.${verdict}`).filter((name) => !/title$|^sentence$/.test(name));

/** Every verdict that a page of verification can give, with a name for each wording that a verdict has. */
const knownVerdicts = (): string[] => [
  ...namesUnder('verify:verdicts').flatMap((verdict) => [
    verdict,
    ...ownSentences(verdict).map((reason) => `${verdict}.${reason}`),
  ]),
  'private',
  ...['mistyped', 'not-ours', 'not-a-number'].map((why) => `unknown.${why}`),
  ...['sentence', 'withdrawn'].map((what) => `erased.${what}`),
  ...['good', 'other-holder', 'no-holder', 'declined'].map((what) => `presented.${what}`),
  ...namesUnder('wallets:presenting.other').map((kind) => `presented.other ${kind}`),
  ...namesUnder('problems:fields')
    .filter((name) => name.startsWith('verify-'))
    .map((name) => `refused.${name}`),
];

/** Verdicts that no page here can show, with the reason. */
const beyondReach: Readonly<Record<string, string>> = {
  verified_issuer_not_checked: 'only a program can ask for that',
  verified_not_current: 'each reason for it has a sentence of its own',
  'refused.verify-pdf-too-slow': 'needs a service that is too busy to read a PDF within seconds',
  holder_erased: 'the page of such a number says more (erased)',
};

/** The texts in which a verdict is told: its title, where it has one, and its sentence. */
export const wordingOf = (verdict: string): string[] => {
  const [name = '', why] = verdict.split('.');
  if (name === 'private') return ['verify:private.title', 'verify:private.sentence'];
  if (name === 'unknown') {
    const own = `verify:unknown.${why}-title`;
    return [at(own, 'en') ? own : 'verify:unknown.title', `verify:unknown.${why}`];
  }
  if (name === 'erased')
    return [
      `verify:verdicts.${why === 'withdrawn' ? 'not_valid' : 'holder_erased'}.title`,
      `verify:erased.${why}`,
    ];
  if (name === 'presented') {
    const [which = '', kind] = (why ?? '').split(' ');
    return (kind ? [kind] : ['title', 'sentence']).map((part) => `wallets:presenting.${which}.${part}`);
  }
  if (name === 'refused') return [`problems:fields.${why}`];
  const own = `verify:verdicts.${name}.${why}-title`;
  const title = why && at(own, 'en') ? own : `verify:verdicts.${name}.title`;
  return [title, `verify:verdicts.${name}.${why ?? 'sentence'}`];
};

/** The only verdicts that may look like good news. */
const good = ['verified', 'presented.good'];

/** What is wrong with what a page says of a verdict; `green` where it shows the mark of good news. */
export const verdictFaults = (
  { view, verdict, says = [] }: Stop,
  { text, green, language }: { text: string; green: boolean; language: Language },
): string[] => {
  // A frame in somebody else's page has room for the title alone.
  const isFramed = view === 'verify/embed';
  const wording = (verdict ? wordingOf(verdict) : []).filter(
    (key) => !(isFramed && key.endsWith('.sentence')),
  );
  const unsaid = [...wording, ...says]
    .filter((key) => !isSaid(key, text, language))
    .map((key) => `does not say ${key}`);
  const mayBeGreen = verdict !== undefined && good.includes(verdict);
  const isVerdict = /^(verify|presentations)\//.test(view);
  if (isVerdict && green && !mayBeGreen) unsaid.push(`looks like good news: ${verdict ?? 'no verdict'}`);
  if (mayBeGreen && !green) unsaid.push('does not look like good news');
  return unsaid;
};

/** Verdicts that no stop shows, and stops of verdicts that do not exist. */
export const forgottenVerdicts = (stops: readonly Stop[]): string[] => {
  const known = knownVerdicts();
  const shown = new Set(stops.map(({ verdict }) => verdict).filter((one) => one !== undefined));
  return [
    ...known
      .filter((one) => !shown.has(one) && !(one in beyondReach))
      .map((one) => `no stop shows the verdict ${one}`),
    ...[...shown].filter((one) => !known.includes(one)).map((one) => `there is no verdict ${one}`),
  ];
};
