import { createHash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json.ts';
import { DomainError } from '../../platform/errors.ts';
import { type Language, type Localised, languages } from '../../platform/i18n.ts';
import { plainText } from '../render-markdown.ts';
import { PRACTICE_TAG, type Question, type QuestionKind } from './question.ts';
import { languagesOf } from './translations.ts';

/**
 * An item is a question of the bank. Each of its versions is made once and never changed; what was asked of a candidate
 * is always a version. `draft`: never published. `published`: drawn by tests, in its `current` version; a later version
 * is a draft of what comes next. `retired`: drawn no more, kept for the attempts that met it.
 */
export type ItemState = 'draft' | 'published' | 'retired';
export const itemStates = ['draft', 'published', 'retired'] as const satisfies readonly ItemState[];

export type Item = {
  id: string;
  state: ItemState;
  /** The newest version, from 1. */
  latest: number;
  /** The version that is drawn. */
  current?: number;
  /** Of the newest version, for lists. */
  kind: QuestionKind;
  tags: readonly string[];
  languages: readonly Language[];
  title: Localised;
  updatedAt: Date;
};

/** Where a version came from, when it was not written here. */
export type ItemSource = {
  format: 'moodle-xml' | 'gift' | 'csv' | 'content';
  name: string;
  importId?: string;
};

export type ItemVersion = {
  itemId: string;
  version: number;
  question: Question;
  /** SHA-256 of the question without its id in canonical JSON, lower-case hex. */
  hash: string;
  languages: readonly Language[];
  /** Account id, or `content` for the files of the service. */
  by: string;
  /** Everybody who wrote since the last publication: none of them may publish. */
  authors: readonly string[];
  createdAt: Date;
  source?: ItemSource;
  publishedBy?: string;
  publishedAt?: Date;
};

/** The writer of what the service brings along in its content folder, reviewed where it was written. */
export const CONTENT = 'content';

/** What is asked, whatever the question is called: the same question under two names has one hash. */
export const hashOf = ({ id: _id, ...asked }: Question): string =>
  createHash('sha256').update(canonicalJson(asked)).digest('hex');

const longestTitle = 140;

const titleIn = (text: string): string => {
  const line = plainText(text.split('\n', 1)[0] ?? '');
  return line.length > longestTitle ? `${line.slice(0, longestTitle)}…` : line;
};

/** What lists show of a question. */
export const summaryOf = (question: Question): Pick<Item, 'kind' | 'tags' | 'languages' | 'title'> => ({
  kind: question.kind,
  tags: question.tags,
  languages: languagesOf(question),
  title: { en: titleIn(question.prompt.en), fr: titleIn(question.prompt.fr) },
});

/** `both`: in every language, so that a candidate may change the language of the page. */
export type PoolLanguage = Language | 'both';

export const poolOf = (tag: string, language: PoolLanguage): string => `${tag}/${language}`;

/** The pools that a published question may be drawn from: one for each tag and language. */
export const poolsOf = (question: Question): string[] => {
  if (question.tags.includes(PRACTICE_TAG)) return [];
  const complete: PoolLanguage[] = languagesOf(question);
  const offered = complete.length === languages.length ? [...complete, 'both' as const] : complete;
  return question.tags.flatMap((tag) => offered.map((language) => poolOf(tag, language)));
};

/**
 * A second person reads what is published.
 * @throws DomainError `published-by-author`, `item-not-publishable`
 */
export const checkPublication = (version: ItemVersion, by: string): void => {
  if (version.authors.includes(by)) throw new DomainError('conflict', 'published-by-author');
  if (version.languages.length === 0) throw new DomainError('conflict', 'item-not-publishable');
};
