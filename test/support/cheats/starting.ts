import { begin, type Cheat, createCheater, expected, insist, postForm, sitAll, willing } from './cheat.ts';

/** Beginning where one may not, more often than one may, or for longer than one may. */
export const starting: readonly Cheat[] = [
  {
    name: 'start without accepting the statement',
    run: async (cheater) => {
      const { accepted: _none, ...rest } = await willing(cheater);
      expected(await postForm(cheater.client, `${cheater.testPath}/attempts`, rest), 422);
    },
  },
  {
    name: 'start without confirming the name',
    run: async (cheater) => {
      const { nameConfirmed: _none, ...rest } = await willing(cheater);
      expected(await postForm(cheater.client, `${cheater.testPath}/attempts`, rest), 422);
    },
  },
  {
    name: 'confirm the name of somebody else',
    run: async (cheater) => {
      const form = { ...(await willing(cheater)), name: 'Somebody Else' };
      expected(await postForm(cheater.client, `${cheater.testPath}/attempts`, form), 422);
    },
  },
  {
    name: 'start before the steps that come first',
    run: async ({ world, key }) => {
      const early = await createCheater(world, key, false);
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      const reply = expected(await postForm(early.client, `${early.testPath}/attempts`, form), 303);
      insist(!/\/learn\/attempts\//.test(reply.headers.get('location') ?? ''), 'an attempt was begun');
      insist(
        (await world.modules.learning.oversight.ofAccount(early.someone.accountId)).length === 0,
        'begun',
      );
    },
  },
  {
    name: 'mark a practice and the test itself as done',
    run: async ({ client, enrolmentId, testPath }) => {
      expected(await postForm(client, `${testPath}/complete`, {}), 409);
      expected(await postForm(client, `/en/learn/${enrolmentId}/quiz-foundations/complete`, {}), 409);
    },
  },
  {
    name: 'answer the test as if it were a practice that explains',
    run: async ({ client, testPath }) => {
      expected(await postForm(client, `${testPath}/answers`, { q1: 'a' }), 404);
    },
  },
  {
    name: 'start twice at once for two attempts',
    run: async (cheater) => {
      const form = await willing(cheater);
      const starts = Array.from({ length: 6 }, () =>
        postForm(cheater.client, `${cheater.testPath}/attempts`, form),
      );
      const ids = (await Promise.all(starts)).map(
        (reply) => expected(reply, 303).headers.get('location')?.split('?')[0],
      );
      insist(new Set(ids).size === 1, 'several attempts were begun');
    },
  },
  {
    name: 'start again to set the clock back',
    run: async (cheater) => {
      const { world, someone } = cheater;
      const first = await begin(cheater);
      const { oversight } = world.modules.learning;
      const [before] = await oversight.ofAccount(someone.accountId);
      world.clock.advance({ minutes: 5 });
      const again = await postForm(cheater.client, `${cheater.testPath}/attempts`, {
        accepted: 'yes',
        nameConfirmed: 'yes',
        name: 'Zoé Šťastná',
      });
      insist(
        expected(again, 303).headers.get('location')?.includes(first.attemptId) === true,
        'another attempt',
      );
      const [after] = await oversight.ofAccount(someone.accountId);
      insist(before?.deadlineAt.getTime() === after?.deadlineAt.getTime(), 'the deadline moved');
    },
  },
  {
    name: 'take over one’s own attempt to set the clock back',
    run: async (cheater) => {
      const { path } = await begin(cheater);
      const { oversight } = cheater.world.modules.learning;
      const [before] = await oversight.ofAccount(cheater.someone.accountId);
      cheater.world.clock.advance({ minutes: 5 });
      expected(await postForm(cheater.client, `${path}/take-over`, {}), 303);
      const [after] = await oversight.ofAccount(cheater.someone.accountId);
      insist(before?.deadlineAt.getTime() === after?.deadlineAt.getTime(), 'the deadline moved');
    },
  },
  {
    name: 'start again during the waiting time',
    run: async (cheater) => {
      await sitAll(cheater, 'wrong');
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      const reply = await postForm(cheater.client, `${cheater.testPath}/attempts`, form);
      insist(expected(reply, 303).headers.get('location') === cheater.testPath, 'an attempt was begun');
    },
  },
  {
    name: 'race ten starts against the waiting time',
    run: async (cheater) => {
      await sitAll(cheater, 'wrong');
      cheater.world.clock.advance({ minutes: 9 });
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      const starts = Array.from({ length: 10 }, () =>
        postForm(cheater.client, `${cheater.testPath}/attempts`, form),
      );
      for (const reply of await Promise.all(starts))
        insist(expected(reply, 303).headers.get('location') === cheater.testPath, 'an attempt was begun');
    },
  },
  {
    name: 'start once more after the last attempt',
    run: async (cheater) => {
      for (const minutes of [10, 60, 0]) {
        await sitAll(cheater, 'wrong');
        cheater.world.clock.advance({ minutes });
      }
      cheater.world.clock.advance({ days: 5 });
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      const reply = await postForm(cheater.client, `${cheater.testPath}/attempts`, form);
      insist(expected(reply, 303).headers.get('location') === cheater.testPath, 'a fourth attempt');
    },
  },
  {
    name: 'enrol again for new attempts',
    run: async (cheater) => {
      const { client, enrolmentId } = cheater;
      await sitAll(cheater, 'wrong');
      const reply = await postForm(client, '/en/courses/protecting-personal-data/enrol', {});
      insist(expected(reply, 303).headers.get('location')?.endsWith(enrolmentId) === true, 'enrolled twice');
    },
  },
  {
    name: 'retake after a pass',
    earns: 'pass',
    run: async (cheater) => {
      await sitAll(cheater, 'right');
      cheater.world.clock.advance({ days: 2 });
      const form = { accepted: 'yes', nameConfirmed: 'yes', name: 'Zoé Šťastná' };
      const reply = await postForm(cheater.client, `${cheater.testPath}/attempts`, form);
      insist(expected(reply, 303).headers.get('location') === cheater.testPath, 'a retake');
    },
  },
  {
    name: 'begin a paid course without paying',
    run: async ({ client, world, someone }) => {
      expected(await postForm(client, '/en/courses/verifying-credentials/enrol', {}), 403);
      const held = await world.modules.learning.enrolmentIn(someone.accountId, 'verifying-credentials');
      insist(held === undefined, 'enrolled without paying');
    },
  },
];
