import type { Request, Response } from 'express';
import { type Accounts, ownPath } from '../../accounts/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Limit, RateLimits } from '../../platform/http/rate-limits.ts';
import type { Words } from '../../platform/i18n.ts';
import type { Form } from '../form.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

export type AccountPagesDeps = {
  render: Render;
  accounts: Accounts;
  limits: RateLimits;
  /** The operator's name: a bad part of a password here. */
  operator: string;
};

/**
 * What one network address may do, so that a program cannot try many accounts. Counted in the memory of each process, so
 * that no address is written down; what one account allows is counted by the accounts themselves, for all processes.
 */
export const addressLimits = {
  register: { name: 'register-address', points: 10, seconds: 3600, shared: false },
  letters: { name: 'letters-address', points: 10, seconds: 3600, shared: false },
  signIn: { name: 'sign-in-address', points: 60, seconds: 900, shared: false },
  links: { name: 'links-address', points: 60, seconds: 900, shared: false },
} as const satisfies Record<string, Limit>;

const fields = [
  'givenName',
  'familyName',
  'email',
  'country',
  'language',
  'password',
  'currentPassword',
  'newPassword',
  'change',
  'role',
  'reason',
  'query',
] as const;

const labelsOf = (words: Words): Record<string, string> =>
  Object.fromEntries(fields.map((field) => [field, words(`account:fields.${field}`)]));

/** A form of this group, with what was typed and what is wrong with it. */
export const accountForm = (
  response: Response,
  values: unknown = {},
  faults: readonly FieldFault[] = [],
): Form => {
  const { words } = contextOf(response);
  return formOf({ values, faults, words, labels: labelsOf(words) });
};

/** The faults that a use case found in the form; anything else it threw goes on. */
export const faultsOf = (error: unknown): readonly FieldFault[] => {
  if (error instanceof DomainError && error.kind === 'invalid') return error.errors;
  throw error;
};

/** Goes on to a page of ours in the reader's language. */
export const goTo = (response: Response, path: string): void =>
  response.redirect(303, `/${contextOf(response).language}${path}`);

/** What has just happened, told on the page that follows: one of the given codes, from the address. */
export const noticeOf = <T extends string>(request: Request, codes: readonly T[]): T | undefined =>
  codes.find((code) => code === request.query.notice);

/** The page of ours that the person wanted, if any; its language is that of the page they came by. */
export const wantedPage = (next: unknown): string | undefined =>
  ownPath(next, '').replace(/^\/(en|fr)(?=\/|\?|$)/, '') || undefined;

/** The rest of an address that takes the wanted page along. */
export const nextQuery = (page: string | undefined): string =>
  page ? `?next=${encodeURIComponent(page)}` : '';

type WithWanted = { wanted?: string };

/** Remembers in this browser where its visitor was going, until the letter that confirms the address has come. */
export const rememberWanted = (request: Request, next: unknown): void => {
  const page = wantedPage(next);
  if (page) (request.session as WithWanted).wanted = page;
};

/** Where the visitor of this browser was going; on another device nobody knows. */
export const rememberedWanted = (request: Request): string | undefined =>
  wantedPage((request.session as WithWanted | undefined)?.wanted);
