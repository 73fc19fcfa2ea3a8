import { expect } from 'chai';
import type { Answer } from '../../../src/learning/attempts/answer.ts';
import { isAnswered, readNumber } from '../../../src/learning/attempts/answer.ts';
import { drawForm, questionsOfCourse } from '../../../src/learning/attempts/draw-form.ts';
import { type FormItem, freeze } from '../../../src/learning/attempts/form-item.ts';
import { gradeAttempt, isRight } from '../../../src/learning/attempts/grade-attempt.ts';
import type { Question, TestRules } from '../../../src/learning/course-content.ts';
import { partIds } from '../../../src/learning/items/question-parts.ts';
import { courseContent, questions, seededRandom } from '../support.ts';

/** Unshuffled: option a is the first one written. */
const plain = (question: Question, topic = 'topic', slot = 1): FormItem => {
  const ids = partIds(question);
  return { slot, questionId: question.id, topic, options: ids, rights: ids };
};

const table: readonly [keyof typeof questions, Answer, boolean][] = [
  ['choice', 'a', true],
  ['choice', 'b', false],
  ['choice', null, false],
  ['choice', ['a'], false],
  ['multiple', ['a', 'b'], true],
  ['multiple', ['b', 'a'], true],
  ['multiple', ['a'], false],
  ['multiple', ['a', 'b', 'c'], false],
  ['multiple', ['a', 'a'], false],
  ['multiple', ['a', 'b', 'c', 'd'], false],
  ['multiple', [], false],
  ['order', { a: 1, b: 2, c: 3 }, true],
  ['order', { a: 2, b: 1, c: 3 }, false],
  ['order', { a: 1, b: 2 }, false],
  ['order', { a: 1, b: 1, c: 1 }, false],
  ['order', {}, false],
  ['match', { a: 'a', b: 'b' }, true],
  ['match', { a: 'b', b: 'a' }, false],
  ['match', { a: 'a' }, false],
  ['match', { a: 'a', b: 'a' }, false],
  ['numeric', '3.5', true],
  ['numeric', '3,5', true],
  ['numeric', ' 3,50 ', true],
  ['numeric', '3.4', true],
  ['numeric', '3.6', true],
  ['numeric', '3.61', false],
  ['numeric', '-3.5', false],
  ['numeric', '', false],
  ['numeric', 'three', false],
  ['numeric', '3.5kg', false],
  ['numeric', 'Infinity', false],
];

describe('grading', () => {
  for (const [kind, answer, right] of table) {
    it(`says that ${JSON.stringify(answer)} to ${kind} is ${right ? 'right' : 'wrong'}`, () => {
      expect(isRight(questions[kind], plain(questions[kind]), answer)).to.equal(right);
    });
  }

  it('follows the frozen order of the options, not the written one', () => {
    const item = { ...plain(questions.choice), options: ['worse', 'right', 'wrong'] };
    expect(isRight(questions.choice, item, 'b')).to.equal(true);
    expect(isRight(questions.choice, item, 'a')).to.equal(false);
    const pairs = { ...plain(questions.match), rights: ['night', 'day'] };
    expect(isRight(questions.match, pairs, { a: 'b', b: 'a' })).to.equal(true);
  });

  it('adds points by topic, and passes exactly at the mark', () => {
    const items = [
      plain(questions.choice, 'facts', 1),
      plain(questions.multiple, 'facts', 2),
      plain(questions.numeric, 'methods', 3),
    ];
    const bank = new Map<string, Question>(
      items.map((item) => [item.questionId, Object.values(questions).find((q) => q.id === item.questionId)!]),
    );
    const answers = new Map<number, Answer>([
      [2, ['a', 'b']],
      [3, '3,5'],
    ]);
    const grade = (passMark: number) => gradeAttempt({ items, questions: bank, answers, passMark });
    expect(grade(0.75)).to.deep.include({ points: 3, maxPoints: 4, score: 0.75, passed: true });
    expect(grade(0.76).passed).to.equal(false);
    expect(grade(0.75).topics).to.deep.equal([
      { topic: 'facts', points: 2, maxPoints: 3 },
      { topic: 'methods', points: 1, maxPoints: 1 },
    ]);
    expect(gradeAttempt({ items, questions: bank, answers: new Map(), passMark: 0.1 }).passed).to.equal(
      false,
    );
    expect(gradeAttempt({ items: [], questions: bank, answers, passMark: 0.1 }).passed).to.equal(false);
  });

  it('is not spoilt by binary fractions at the edge of a tolerance', () => {
    const question = { ...questions.numeric, answer: 0.1, tolerance: 0.2 };
    expect(isRight(question, plain(question), '0.3')).to.equal(true);
  });
});

describe('numbers as people type them', () => {
  for (const [typed, number] of [
    ['1 000,5', 1000.5],
    ['1\u202f000', 1000],
    ['−2', -2],
    ['+4', 4],
    [',5', 0.5],
    ['72.', 72],
    ['1e3', undefined],
    ['1,2,3', undefined],
    ['0x10', undefined],
    ['', undefined],
  ] as const) {
    it(`${JSON.stringify(typed)} is ${number ?? 'no number'}`, () =>
      expect(readNumber(typed)).to.equal(number));
  }
});

describe('an unfinished answer', () => {
  it('is told apart from a whole one', () => {
    expect(isAnswered({ a: 1, b: 2 }, plain(questions.order))).to.equal(false);
    expect(isAnswered({ a: 1, b: 2, c: 2 }, plain(questions.order))).to.equal(true);
    expect(isAnswered(null, plain(questions.choice))).to.equal(false);
    expect(isAnswered('a', plain(questions.choice))).to.equal(true);
  });
});

describe('drawing a form', () => {
  const { questions: bank } = courseContent();
  const rules: TestRules = {
    draw: [
      { tag: 'facts', count: 2 },
      { tag: 'methods', count: 2 },
    ],
    passMark: 0.8,
    attempts: 3,
    waitingMinutes: [10, 60],
    timeLimitMinutes: 20,
    shuffleOptions: true,
    shuffleQuestions: true,
  };

  const draw = (wanted: TestRules, seed: string) =>
    drawForm(questionsOfCourse, courseContent(), { rules: wanted, seed });

  it('is the same for the same seed', async () => {
    expect(await draw(rules, 'one')).to.deep.equal(await draw(rules, 'one'));
    expect(await draw(rules, 'one')).to.not.deep.equal(await draw(rules, 'two'));
  });

  it('takes each quota from its own tag, never a practice question, never one twice', async () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const form = await draw(rules, `draw ${seed}`);
      expect(form.map(({ slot }) => slot)).to.deep.equal([1, 2, 3, 4]);
      expect(new Set(form.map(({ questionId }) => questionId)).size).to.equal(4);
      for (const tag of ['facts', 'methods']) {
        const drawn = form.filter(({ topic }) => topic === tag);
        expect(drawn).to.have.length(2);
        for (const { questionId } of drawn) {
          const question = bank.find(({ id }) => id === questionId);
          expect(question?.tags).to.include(tag);
          expect(question?.tags).to.not.include('practice');
        }
      }
    }
  });

  it('gives every question its turn, in every place', async () => {
    const drawn = Array.from({ length: 300 }, (_, seed) => draw(rules, `turn ${seed}`));
    const forms = await Promise.all(drawn);
    const methods = new Set(
      forms.flatMap((form) => form.filter(({ topic }) => topic === 'methods').map((i) => i.questionId)),
    );
    expect([...methods].sort()).to.deep.equal(['amount', 'pairing', 'sequence']);
    const places = new Set(forms.map((form) => form.findIndex(({ questionId }) => questionId === 'capital')));
    expect([...places].sort()).to.deep.equal([0, 1, 2, 3]);
  });

  it('keeps the written order when a test asks for it, but never shows what is to be ordered in order', async () => {
    const quiet = { ...rules, shuffleOptions: false, shuffleQuestions: false };
    const form = await draw(quiet, 'quiet');
    expect(form.map(({ topic }) => topic)).to.deep.equal(['facts', 'facts', 'methods', 'methods']);
    expect(form.find(({ questionId }) => questionId === 'capital')?.options).to.deep.equal([
      'right',
      'wrong',
      'worse',
    ]);
    const layout = { slot: 1, topic: 't', shuffleOptions: false };
    const orders = new Set(
      Array.from({ length: 50 }, (_, seed) =>
        freeze(questions.order, { ...layout, random: seededRandom(`order ${seed}`) }).options.join(),
      ),
    );
    expect(orders.size).to.equal(5);
    expect(orders.has('first,second,third')).to.equal(false);
  });

  it('refuses a bank that is too small', async () => {
    const greedy = { ...rules, draw: [{ tag: 'facts', count: 3 }] };
    const error = await draw(greedy, 'greedy').catch((reason: unknown) => reason);
    expect(String(error)).to.include('only 2 of 3');
  });
});
