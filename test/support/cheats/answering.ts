import { parse } from 'node-html-parser';
import {
  answers,
  begin,
  type Cheat,
  choiceIn,
  expected,
  insist,
  postForm,
  postJson,
  save,
  submit,
  tokenOf,
} from './cheat.ts';

/**
 * A page without what its questions themselves say: one on correcting data is no leak. Their tags stay, and all that
 * stands beside them.
 */
const withoutQuestions = (text: string): string => {
  const root = parse(text, { comment: true });
  for (const part of root.querySelectorAll(
    '[data-question] legend, [data-question] label, [data-question] option, .step-label a',
  ))
    part.innerHTML = (part.innerHTML.match(/<[^>]+>/g) ?? []).join('');
  return root.toString();
};

const refused: readonly [name: string, body: (slot: number, code: string) => object][] = [
  ['answer a question that the form does not have', () => ({ slot: 999, value: 'a', seq: 1 })],
  ['choose an option that the question does not have', (slot) => ({ slot, value: 'z', seq: 1 })],
  ['choose by the id of an option in place of its letter', (slot) => ({ slot, value: 'correct', seq: 1 })],
  ['choose all options of a question with one answer', (slot) => ({ slot, value: ['a', 'b', 'c'], seq: 1 })],
  ['answer with an operator of the database', (slot) => ({ slot, value: { $ne: null }, seq: 1 })],
  ['choose by a letter that only looks like one', (slot) => ({ slot, value: '\uff41', seq: 1 })],
  [
    'choose by a letter with something invisible in it',
    (slot, code) => ({ slot, value: `${code}\u200b`, seq: 1 }),
  ],
  ['answer slot 0', () => ({ slot: 0, value: 'a', seq: 1 })],
  ['answer slot 1.5', () => ({ slot: 1.5, value: 'a', seq: 1 })],
  ['answer a slot named like a property', () => ({ slot: '__proto__', value: 'a', seq: 1 })],
  ['save with a negative number', (slot, code) => ({ slot, value: code, seq: -1 })],
  ['save with a number that blocks all others', (slot, code) => ({ slot, value: code, seq: 1e300 })],
  [
    'send a score along with an answer',
    (slot, code) => ({ slot, value: code, seq: 1, score: 1, passed: true }),
  ],
  [
    'send a deadline along with an answer',
    (slot, code) => ({ slot, value: code, seq: 1, deadlineAt: '2099-01-01T00:00:00Z' }),
  ],
  [
    'send the time of saving along',
    (slot, code) => ({ slot, value: code, seq: 1, savedAt: '2020-01-01T00:00:00Z' }),
  ],
];

const tampered: readonly Cheat[] = refused.map(([name, body]) => ({
  name,
  run: async (cheater) => {
    const sitting = await begin(cheater);
    const { slot, code } = choiceIn(sitting);
    expected(await save(cheater, sitting, body(slot, code)), 422);
    const view = await cheater.world.modules.learning.attempt(cheater.someone.accountId, sitting.attemptId);
    insist(!view.questions.some(({ answer }) => answer), 'something was saved');
  },
}));

/** Answering what may not be answered, with what may not be answered, or when it is too late. */
export const answering: readonly Cheat[] = [
  ...tampered,
  {
    name: 'send fields of a score in the form',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const form = { sitting: sitting.sitting, score: '1', passed: 'true', result: '{"passed":true}' };
      expected(await postForm(cheater.client, sitting.path, form), 422);
    },
  },
  {
    name: 'pollute the prototype of all objects',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const body = `{"sitting":"${sitting.sitting}","slot":1,"seq":1,"value":null,"__proto__":{"passed":true,"score":1}}`;
      expected(await postJson(cheater.client, `${sitting.path}/answers`, body), 200, 400, 422);
      insist(({} as { passed?: boolean }).passed === undefined, 'the prototype was changed');
    },
  },
  {
    name: 'give a field twice for two answers',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot } = choiceIn(sitting);
      const form = { sitting: sitting.sitting, base: '0', [`q${slot}`]: ['a', 'b'] };
      expected(await postForm(cheater.client, sitting.path, form), 422);
    },
  },
  {
    name: 'replay an older save over a newer one',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot, code } = choiceIn(sitting);
      expected(await save(cheater, sitting, { slot, value: code, seq: 1 }), 200);
      expected(await save(cheater, sitting, { slot, value: null, seq: 2 }), 200);
      expected(await save(cheater, sitting, { slot, value: code, seq: 1 }), 409);
      const view = await cheater.world.modules.learning.attempt(cheater.someone.accountId, sitting.attemptId);
      insist(view.questions.find((one) => one.slot === slot)?.answered === false, 'the old answer came back');
    },
  },
  {
    name: 'answer after the deadline',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      cheater.world.clock.advance({ minutes: 31 });
      const form = { ...answers(cheater, sitting, 'right'), action: 'review' };
      expected(await cheater.client.send(sitting.form, form, { follow: false }), 409);
      const { slot, code } = choiceIn(sitting);
      expected(await save(cheater, sitting, { slot, value: code, seq: 1 }), 409);
    },
  },
  {
    name: 'answer after the deadline through many requests at once',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot, code } = choiceIn(sitting);
      cheater.world.clock.advance({ minutes: 40 });
      const saves = Array.from({ length: 8 }, (_none, index) =>
        save(cheater, sitting, { slot, value: code, seq: index + 1 }),
      );
      for (const reply of await Promise.all(saves)) expected(reply, 409);
    },
  },
  {
    name: 'come back late and hand in with new answers',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      cheater.world.clock.advance({ days: 1 });
      const form = { ...answers(cheater, sitting, 'right'), sitting: sitting.sitting };
      expected(await postForm(cheater.client, `${sitting.path}/submit`, form), 303);
    },
  },
  {
    name: 'claim an earlier time in the request',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      cheater.world.clock.advance({ minutes: 31 });
      const { slot, code } = choiceIn(sitting);
      const path = `${sitting.path}/answers?now=2026-11-23T14:00:00Z&deadline=2099-01-01`;
      const body = { sitting: sitting.sitting, slot, value: code, seq: 1 };
      expected(await postJson(cheater.client, path, body), 409);
    },
  },
  {
    name: 'change answers after handing in',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      expected(await submit(cheater, sitting), 303);
      const form = { ...answers(cheater, sitting, 'right'), action: 'save' };
      expected(await cheater.client.send(sitting.form, form, { follow: false }), 409);
      const { slot, code } = choiceIn(sitting);
      expected(await save(cheater, sitting, { slot, value: code, seq: 9 }), 409);
    },
  },
  {
    name: 'save while handing in, many times at once',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot, code } = choiceIn(sitting);
      const [handedIn, ...saves] = await Promise.all([
        submit(cheater, sitting),
        ...Array.from({ length: 6 }, (_none, index) =>
          save(cheater, sitting, { slot, value: code, seq: index + 1 }),
        ),
      ]);
      if (handedIn) expected(handedIn, 303);
      for (const reply of saves) expected(reply, 200, 409);
    },
  },
  {
    name: 'hand in twice at once with different answers',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const right = { ...answers(cheater, sitting, 'right'), sitting: sitting.sitting };
      const replies = await Promise.all([
        submit(cheater, sitting),
        postForm(cheater.client, `${sitting.path}/submit`, right),
      ]);
      for (const reply of replies) expected(reply, 303);
    },
  },
  {
    name: 'read the answers from the source of the page',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const pages = [
        await cheater.client.get(`${sitting.path}?sitting=${sitting.sitting}`),
        await cheater.client.get(`${sitting.path}/review?sitting=${sitting.sitting}`),
        await cheater.client.get(`${sitting.path}/pulse`, { accept: 'application/json' }),
      ];
      for (const { text } of pages)
        insist(
          !/correct|explanation|"key"|tolerance|questionId|solution/i.test(withoutQuestions(text)),
          'something of the key is sent',
        );
    },
  },
  {
    name: 'read the key from a refusal or from the result',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const { slot, code } = choiceIn(sitting);
      expected(await save(cheater, sitting, { slot, value: code, seq: 1 }), 200);
      expected(await submit(cheater, sitting), 303);
      const refusal = expected(await save(cheater, sitting, { slot, value: code, seq: 2 }), 409);
      const result = expected(await cheater.client.get(`${sitting.path}/result`), 200);
      for (const { text } of [refusal, result])
        insist(
          !/"correct"|explanation|"(item)?points":|questionId|solution/i.test(text),
          'something of the key is sent',
        );
    },
  },
  {
    name: 'export one’s data in the middle of the test to read the form',
    run: async (cheater) => {
      await begin(cheater);
      const copy = await cheater.world.modules.learning.personalData.export(cheater.someone.accountId);
      insist(!/"items"|"seed"|"options"/.test(JSON.stringify(copy.attempts)), 'the export holds the form');
    },
  },
  {
    name: 'let the page report a thousand things to bury the rest',
    run: async (cheater) => {
      const sitting = await begin(cheater);
      const _csrf = await tokenOf(cheater.client);
      for (let number = 150; number < 260; number += 1) {
        const body = JSON.stringify({ _csrf, type: 'focus-lost', number });
        await cheater.client.request(`${sitting.path}/events`, {
          method: 'POST',
          type: 'application/json',
          body,
        });
      }
      const timeline = await cheater.world.modules.learning.timeline(sitting.attemptId);
      insist(timeline.filter(({ type }) => type === 'focus-lost').length === 51, 'reports are not bounded');
    },
  },
];
