/** Attempts at the final test, made up and put into the database at rest: what is to be found, as JSON. */
import { readConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import type { Filled } from '../filled.ts';

const size = { attempts: 5000, itemsPerForm: 20, bank: 60 };
const test = { courseId: 'protecting-personal-data', activityId: 'final-test' };

/** Chance that repeats itself (mulberry32), so that a run can be repeated. */
const chance = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shuffledItems = (next: () => number): number[] => {
  const all = Array.from({ length: size.bank }, (_, index) => index);
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j] ?? 0, all[i] ?? 0];
  }
  return all.slice(0, size.itemsPerForm);
};

/** An attempt of somebody with an ability, at questions of different difficulty; the first question misleads. */
const attemptOf = (number: number, next: () => number) => {
  const ability = next() - 0.5;
  const drawn = shuffledItems(next);
  const items = drawn.map((index, place) => ({
    slot: place + 1,
    questionId: `q${index}`,
    topic: 'facts',
    options: ['right', 'wrong', 'worse'],
    rights: [],
  }));
  const results = items.map(({ slot, questionId }, place) => {
    const index = drawn[place] ?? 0;
    const ease = 0.2 + (0.7 * index) / size.bank;
    const right = next() < ease + (index === 0 ? -ability : ability);
    return { slot, questionId, topic: 'facts', points: right ? 1 : 0, maxPoints: 1 };
  });
  const points = results.reduce((sum, one) => sum + one.points, 0);
  const score = points / size.itemsPerForm;
  const at = new Date(Date.UTC(2026, 0, 1) + number * 60_000);
  return {
    _id: `attempt-${number}`,
    ...test,
    courseVersion: 1,
    language: number % 2 === 0 ? 'en' : 'fr',
    number: 1,
    state: 'confirmed',
    items,
    answers: Object.fromEntries(
      results.map((one) => [one.slot, { value: one.points ? 'a' : 'b', seq: 1, at }]),
    ),
    startedAt: at,
    submittedAt: at,
    revision: 1,
    result: {
      points,
      maxPoints: size.itemsPerForm,
      score,
      passMark: 0.5,
      passed: score >= 0.5,
      topics: [],
      items: results,
    },
  };
};

type Made = ReturnType<typeof attemptOf>;

/** The same correlation by the textbook, from every single response. */
const correlation = (made: readonly Made[], questionId: string): number => {
  const pairs = made.flatMap(({ result }) =>
    result.items
      .filter((one) => one.questionId === questionId)
      .map((one) => [one.points, result.points - one.points] as const),
  );
  const mean = (place: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[place], 0) / pairs.length;
  const [mx, mr] = [mean(0), mean(1)];
  const sum = (f: (x: number, r: number) => number) =>
    pairs.reduce((all, [x, r]) => all + f(x - mx, r - mr), 0);
  return sum((x, r) => x * r) / Math.sqrt(sum((x) => x * x) * sum((_x, r) => r * r));
};

const next = chance(Number(process.argv[2] ?? 1));
const made = Array.from({ length: size.attempts }, (_, number) => attemptOf(number, next));
const { connection, close } = await openDatabase(readConfig().database);
for (let from = 0; from < made.length; from += 500) {
  await connection.collection('attempts').insertMany(made.slice(from, from + 500) as never[]);
}
await close();
const names = Array.from({ length: size.bank }, (_, index) => `q${index}`);
const filled: Filled = {
  responses: size.attempts * size.itemsPerForm,
  discriminations: Object.fromEntries(names.map((name) => [name, correlation(made, name)])),
};
console.log(JSON.stringify(filled));
