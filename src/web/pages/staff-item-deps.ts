import type { Request } from 'express';
import type { Accounts } from '../../accounts/index.ts';
import {
  type ItemFilter,
  itemStates,
  type Learning,
  type QuestionKind,
  questionKinds,
} from '../../learning/index.ts';
import { languages } from '../../platform/i18n.ts';
import type { Render } from '../render.ts';

export type StaffItemDeps = {
  render: Render;
  items: Learning['items'];
  accounts: Pick<Accounts, 'nameOf'>;
};

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined =>
  all.find((one) => one === value);

export const languageFilters = [...languages, ...languages.map((language) => `missing-${language}` as const)];

/** What a list or an export is about, from its address; anything unknown is left out. */
export const filterIn = (request: Request): { filter: ItemFilter; query: Record<string, string> } => {
  const { tag, kind, state, language, waiting, import: importId } = request.query;
  const filter: ItemFilter = {
    ...(typeof tag === 'string' && /^[a-z0-9-]{1,64}$/.test(tag) ? { tag } : {}),
    ...optional('kind', oneOf<QuestionKind>(questionKinds, kind)),
    ...optional('state', oneOf(itemStates, state)),
    ...optional('language', oneOf(languageFilters, language)),
    ...(waiting === 'yes' ? { waiting: true } : {}),
    ...(typeof importId === 'string' && /^import-[\w-]{1,40}$/.test(importId) ? { importId } : {}),
  };
  const { importId: brought, waiting: waits, ...texts } = filter;
  const query = {
    ...(texts as Record<string, string>),
    ...(waits ? { waiting: 'yes' } : {}),
    ...(brought ? { import: brought } : {}),
  };
  return { filter, query };
};

const optional = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>;
