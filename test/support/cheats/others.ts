import { signIn } from '../walk.ts';
import {
  answers,
  begin,
  type Cheat,
  choiceIn,
  createCheater,
  expected,
  insist,
  postForm,
  postJson,
  save,
  sitAll,
  submit,
  tokenOf,
} from './cheat.ts';

/** With what belongs to somebody else, from two windows, or with a request that no page would send. */
export const others: readonly Cheat[] = [
  {
    name: 'start the test of somebody else’s enrolment',
    run: async ({ world, key, client }) => {
      const other = await createCheater(world, key);
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      expected(await postForm(client, `${other.testPath}/attempts`, form), 404);
    },
  },
  {
    name: 'read, answer, take over and hand in somebody else’s attempt',
    run: async ({ world, key, client, someone }) => {
      const other = await createCheater(world, key);
      const theirs = await begin(other);
      const { slot, code } = choiceIn(theirs);
      const { path, sitting } = theirs;
      for (const end of ['', '/review', '/result', '/pulse', '/questions/1'])
        expected(await client.get(`${path}${end}?sitting=${sitting}`), 404);
      expected(await postJson(client, `${path}/answers`, { sitting, slot, value: code, seq: 1 }), 404);
      expected(await postForm(client, path, { sitting, base: '0' }), 404);
      expected(await postForm(client, `${path}/take-over`, {}), 404);
      expected(await postForm(client, `${path}/submit`, { sitting }), 404);
      expected(await postJson(client, `${path}/events`, { type: 'focus-lost', number: 1 }), 404);
      const noted = await world.modules.learning.personalData.export(someone.accountId);
      insist(JSON.stringify(noted.integrityEvents).includes('foreign-attempt'), 'nobody remembers it');
    },
  },
  {
    name: 'let somebody who knows the answers sit in another session without an account',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const stranger = cheater.world.visitor();
      const reply = await stranger.get(`${path}?sitting=${sitting}`);
      insist(reply.path.includes('/sign-in'), 'a stranger was let in');
      const body = JSON.stringify({ sitting, slot: 1, value: 'a', seq: 1 });
      const accept = 'application/json';
      expected(
        await stranger.request(`${path}/answers`, { method: 'POST', type: accept, accept, body }),
        401,
        403,
      );
    },
  },
  {
    name: 'guess the number of an attempt',
    run: async ({ client }) => {
      for (const id of ['AAAAAAAAAAAAAAAAAAAAAA', '..%2f..%2fstaff', '[object Object]', '%00', '1'])
        expected(await client.get(`/en/learn/attempts/${id}`), 404, 400);
    },
  },
  {
    name: 'answer from a second device without taking over',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot, code } = choiceIn(sitting);
      const second = cheater.world.visitor();
      await signIn(second, cheater.someone);
      const guessed = { ...sitting, sitting: 'somewhere-else' };
      expected(await save({ ...cheater, client: second }, guessed, { slot, value: code, seq: 1 }), 409);
      expected(await submit({ ...cheater, client: second }, guessed), 409);
    },
  },
  {
    name: 'answer from two devices at once',
    run: async (cheater) => {
      const first = await begin(cheater);
      const { slot, code } = choiceIn(first);
      const second = cheater.world.visitor();
      await signIn(second, cheater.someone);
      const taken = expected(await postForm(second, `${first.path}/take-over`, {}), 303);
      const sitting =
        new URL(taken.headers.get('location') ?? '', 'http://x').searchParams.get('sitting') ?? '';
      expected(await save(cheater, first, { slot, value: code, seq: 1 }), 409);
      const theirs = { ...first, sitting };
      expected(await save({ ...cheater, client: second }, theirs, { slot, value: null, seq: 1 }), 200);
      const form = { ...answers(cheater, first, 'right'), action: 'review' };
      expected(await cheater.client.send(first.form, form, { follow: false }), 409);
    },
  },
  {
    name: 'name two windows, or a window that is a list',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const { client } = cheater;
      expected(await client.get(`${path}?sitting=${sitting}&sitting=x`), 200, 400);
      expected(await postForm(client, `${path}/submit`, { sitting: ['x', sitting] }), 409);
      expected(
        await postJson(client, `${path}/answers`, { sitting: { $ne: '' }, slot: 1, value: null, seq: 1 }),
        422,
      );
    },
  },
  {
    name: 'send without the token of the session',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const body = new URLSearchParams({ sitting });
      expected(await cheater.client.request(`${path}/submit`, { method: 'POST', body, follow: false }), 403);
    },
  },
  {
    name: 'send with the token of somebody else’s session',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const other = await cheater.world.learner();
      const body = new URLSearchParams({ sitting, _csrf: await tokenOf(other.client) });
      expected(await cheater.client.request(`${path}/submit`, { method: 'POST', body, follow: false }), 403);
    },
  },
  {
    name: 'override the method of a request',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const { client } = cheater;
      expected(await postForm(client, path, { sitting, base: '0', _method: 'DELETE' }), 422);
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        expected(await client.request(path, { method, accept: 'application/json' }), 405);
      }
      expected(await client.get(`${path}/submit?sitting=${sitting}`), 404);
    },
  },
  {
    name: 'hand in by JSON what only a form may say',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const body = { sitting: [sitting], passed: true, score: 1 };
      expected(await postJson(cheater.client, `${path}/submit`, body), 409);
      expected(await postJson(cheater.client, path, { sitting, base: 0, score: 1 }), 422);
    },
  },
  {
    name: 'send answers as plain text',
    run: async (cheater) => {
      const { path, sitting } = await begin(cheater);
      const body = JSON.stringify({ sitting, slot: 1, value: 'a', seq: 1 });
      const reply = await cheater.client.request(`${path}/answers`, {
        method: 'POST',
        type: 'text/plain',
        body,
      });
      expected(reply, 403, 415, 422);
    },
  },
  {
    name: 'grant oneself time at the desk of staff',
    run: async ({ client, someone }) => {
      const grant = {
        percent: '300',
        extraMinutes: '240',
        extraAttempts: '5',
        reason: 'technical',
        enrolmentId: '',
        validUntil: '',
      };
      const desk = '/en/staff/attempts';
      expected(await postForm(client, `${desk}/candidates/${someone.accountId}/accommodations`, grant), 404);
      const credit = { test: 'protecting-personal-data/final-test', minutes: '240', reason: 'other' };
      expected(await postForm(client, `${desk}/credit`, credit), 404);
      expected(await client.get(desk), 404);
    },
  },
  {
    name: 'grant oneself time as an examiner who takes the test',
    run: async ({ world }) => {
      const { client, accountId } = await world.staff('examiner');
      const grant = {
        percent: '200',
        extraMinutes: '0',
        extraAttempts: '5',
        reason: 'technical',
        enrolmentId: '',
        validUntil: '',
      };
      expected(
        await postForm(client, `/en/staff/attempts/candidates/${accountId}/accommodations`, grant),
        403,
      );
    },
  },
  {
    name: 'take the certificate of somebody else',
    run: async ({ world, key, client }) => {
      const other = await createCheater(world, key);
      await sitAll(other, 'right');
      await world.settle();
      const theirs = await world.modules.issuer.certificateOfEnrolment(other.enrolmentId);
      insist(theirs !== undefined, 'the other has no certificate');
      for (const end of ['', '.pdf', '.json', '.png'])
        expected(await client.get(`/en/certificates/${theirs?.identifier}${end}`), 404);
      insist(
        !(await client.get('/en/certificates')).text.includes(theirs?.identifier ?? '-'),
        'it is listed',
      );
    },
  },
  {
    name: 'go on in a course whose order was refunded',
    run: async (cheater) => {
      const { world, someone } = cheater;
      const order = { orderId: `order-${someone.accountId}`, accountId: someone.accountId };
      const { learning } = world.modules;
      await learning.openEnrolments({ ...order, courseIds: ['verifying-credentials'] });
      const held = await learning.enrolmentIn(someone.accountId, 'verifying-credentials');
      insist(held !== undefined, 'the order opened nothing');
      await learning.withdraw({ orderId: order.orderId });
      const path = `/en/learn/${held?.enrolmentId}/final-test`;
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      expected(await postForm(cheater.client, `${path}/attempts`, form), 403);
    },
  },
];
