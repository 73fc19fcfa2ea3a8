import type { AnswerKey } from '../answer-key.ts';
import { answersTo } from '../answer-key.ts';
import { type Client, expectStatus, type Reply } from '../client.ts';
import { learnThrough } from '../learn-through.ts';
import type { Form } from '../page.ts';
import { freeCourse, type Someone, type World } from '../world.ts';

/** Somebody who wants more than they have earned, before the test of the free course. */
export type Cheater = {
  world: World;
  key: AnswerKey;
  someone: Someone;
  client: Client;
  enrolmentId: string;
  /** `/en/learn/…/final-test` */
  testPath: string;
};

/** An attempt under way, in the window that holds it. */
export type Sitting = { path: string; attemptId: string; sitting: string; form: Form };

/**
 * One way to cheat. It throws when the service gives way; what it must not have gained is checked after it. `earns` tells
 * of a cheat that rests on an honest pass: then that pass, and no more, is what there may be.
 */
export type Cheat = { name: string; earns?: 'pass'; run(cheater: Cheater): Promise<void> };

export const createCheater = async (world: World, key: AnswerKey, isReady = true): Promise<Cheater> => {
  const someone = await world.learner();
  const { accountId, client } = someone;
  const { enrolmentId } = await world.modules.learning.enrol({ accountId, courseId: freeCourse });
  if (isReady) await learnThrough(world.modules, { accountId, enrolmentId }, key);
  return { world, key, someone, client, enrolmentId, testPath: `/en/learn/${enrolmentId}/final-test` };
};

export const expected = (reply: Reply, ...statuses: readonly number[]): Reply => {
  if (!statuses.includes(reply.status))
    throw new Error(
      `${reply.path} answered ${reply.status}, not ${statuses.join(' or ')}: ${reply.text.slice(0, 300)}`,
    );
  return reply;
};

export const insist = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

/** The token of this browser's forms. */
export const tokenOf = async (client: Client): Promise<string> => {
  const page = expectStatus(await client.get('/en/account/profile')).page();
  return new Map(page.form(/\/account\/profile$/).values).get('_csrf') ?? '';
};

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Sends a form that no page of ours has drawn. */
export const postForm = async (client: Client, path: string, fields: Fields): Promise<Reply> => {
  const body = new URLSearchParams({ _csrf: await tokenOf(client) });
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) body.append(name, value);
  return client.request(path, { method: 'POST', body, follow: false });
};

export const postJson = async (client: Client, path: string, body: object | string): Promise<Reply> => {
  const _csrf = await tokenOf(client);
  const text =
    typeof body === 'string' ? body.replace('{', `{"_csrf":"${_csrf}",`) : JSON.stringify({ _csrf, ...body });
  return client.request(path, {
    method: 'POST',
    type: 'application/json',
    accept: 'application/json',
    body: text,
    follow: false,
  });
};

/** What a browser showed when the test began: sent again, whatever has become of it since. */
export type Shown = { cookie: string; token: string };

export const shownBy = async (client: Client): Promise<Shown> => ({
  token: await tokenOf(client),
  cookie: client.cookies(),
});

/** Sends JSON as the script of the test does, past the browser's jar: with the cookie and token of the beginning. */
export const sendShown = (
  client: Client,
  { cookie, token }: Shown,
  path: string,
  body: object,
): Promise<Response> =>
  fetch(new URL(path, client.baseUrl), {
    method: 'POST',
    headers: {
      cookie,
      accept: 'application/json',
      'content-type': 'application/json',
      'x-csrf-token': token,
    },
    body: JSON.stringify(body),
  });

const sittingIn = (reply: Reply): Sitting => {
  const [path = '', query = ''] = reply.path.split('?');
  const attemptId = path.split('/').at(-1) ?? '';
  const sitting = new URLSearchParams(query).get('sitting') ?? '';
  return { path, attemptId, sitting, form: reply.page().form(/\/learn\/attempts\/[^/]+$/) };
};

/** Begins honestly. */
export const begin = async ({ client, testPath }: Cheater): Promise<Sitting> => {
  const page = expectStatus(await client.get(testPath)).page();
  const willing = { accepted: 'yes', nameConfirmed: 'yes' };
  return sittingIn(expectStatus(await client.send(page.form(/\/attempts$/), willing)));
};

/** What the page of the test would send, as it would send it. */
export const willing = async ({ client, testPath }: Cheater): Promise<Fields> => {
  const page = expectStatus(await client.get(testPath)).page();
  const form = page.forms.find(({ action }) => action.endsWith('/attempts'));
  const name = form ? (new Map(form.values).get('name') ?? '') : '';
  return { accepted: 'yes', nameConfirmed: 'yes', name };
};

/** The answers of the whole form, all right or all wrong. */
export const answers = ({ key }: Cheater, { form }: Sitting, intent: 'right' | 'wrong') =>
  answersTo(form, key, intent);

/** A question with one choice, which every form has: its slot and the code of its first option. */
export const choiceIn = ({ form }: Sitting): { slot: number; code: string } => {
  const question = form.element.querySelector('fieldset[data-kind="choice"]');
  const slot = Number(question?.getAttribute('data-question') ?? 0);
  return { slot, code: question?.querySelector('input')?.getAttribute('value') ?? '' };
};

export const save = ({ client }: Cheater, { path, sitting }: Sitting, body: object): Promise<Reply> =>
  postJson(client, `${path}/answers`, { sitting, ...body });

export const submit = ({ client }: Cheater, { path, sitting }: Sitting): Promise<Reply> =>
  postForm(client, `${path}/submit`, { sitting });

/** Takes the test honestly with this result. */
export const sitAll = async (cheater: Cheater, intent: 'right' | 'wrong'): Promise<Sitting> => {
  const sitting = await begin(cheater);
  const { client } = cheater;
  const form = { ...answers(cheater, sitting, intent), action: 'review' };
  expected(await client.send(sitting.form, form, { follow: false }), 303);
  expected(await submit(cheater, sitting), 303);
  return sitting;
};
