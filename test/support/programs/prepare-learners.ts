/**
 * `prepare-learners.ts <count>`: puts so many learners before the final test of the free course, through the front doors of
 * the modules, and answers them as JSON. By pages alone it would take minutes.
 */
import type { Modules } from '../../../src/modules.ts';
import { readConfig } from '../../../src/platform/config.ts';
import { openService } from '../../../src/service.ts';
import { readAnswerKey } from '../answer-key.ts';
import { learnThrough } from '../learn-through.ts';

const courseId = 'protecting-personal-data';
const password = 'velvet harbour tulip 91 okapi';
const atOnce = 4;

const key = await readAnswerKey(courseId);

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
  const activityId = await learnThrough(modules, { accountId, enrolmentId }, key);
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
