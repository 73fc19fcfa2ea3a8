/**
 * `prepare-learners.ts <count>`: puts so many learners before the final test of the free course, through the front doors of
 * the modules, and answers them as JSON. By pages alone it would take minutes.
 */
import type { Modules } from '../../../src/modules.ts';
import { readConfig } from '../../../src/platform/config.ts';
import { openService } from '../../../src/service.ts';
import { readAnswerKey } from '../answer-key.ts';

const courseId = 'protecting-personal-data';
const password = 'velvet harbour tulip 91 okapi';
const atOnce = 4;

const key = await readAnswerKey(courseId);

const learn = async ({ learning }: Modules, accountId: string, enrolmentId: string): Promise<string> => {
  const { modules } = await learning.outline(accountId, enrolmentId);
  for (const { id: activityId, kind } of modules.flatMap(({ steps }) => steps)) {
    const place = { accountId, enrolmentId, activityId };
    if (kind === 'test') return activityId;
    if (kind === 'page') {
      await learning.completeActivity(place);
      continue;
    }
    const view = await learning.visitActivity(place);
    if (view.kind !== 'quiz') throw new Error(`${activityId} is no quiz`);
    const inEnglish = (parts: readonly { code: string; text: { en: string } }[]) =>
      parts.map(({ code, text }) => ({ code, text: text.en }));
    const answers = view.questions.map(({ slot, prompt, options, rights }) => ({
      slot,
      value: key.answer(
        { prompt: prompt.en, options: inEnglish(options), rights: inEnglish(rights) },
        'right',
      ),
    }));
    await learning.answerQuiz({ ...place, answers });
  }
  throw new Error('the course has no test');
};

const prepare = async (modules: Modules, number: number) => {
  const email = `learner-${number}@example.org`;
  const accountId = await modules.accounts.createAccount({
    givenName: 'Learner',
    familyName: `Nr ${number}`,
    email,
    password,
    country: 'FR',
    language: number % 2 === 0 ? 'en' : 'fr',
    roles: ['learner'],
    confirmed: true,
  });
  const { enrolmentId } = await modules.learning.enrol({ accountId, courseId });
  const activityId = await learn(modules, accountId, enrolmentId);
  const { attemptId, sitting } = await modules.learning.startAttempt({
    accountId,
    enrolmentId,
    activityId,
    accepted: true,
    nameConfirmed: true,
  });
  return { number, email, password, accountId, enrolmentId, attemptId, sitting };
};

const count = Number(process.argv[2]);
const service = await openService(readConfig());
const waiting = Array.from({ length: count }, (_none, index) => index + 1);
const prepared: Awaited<ReturnType<typeof prepare>>[] = [];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      prepared.push(await prepare(service.modules, number));
    }
  }),
);
await service.worker.settle();
await service.close();
console.log(JSON.stringify(prepared.sort((a, b) => a.number - b.number)));
