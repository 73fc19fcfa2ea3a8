import { expect } from 'chai';
import type { Answer } from '../../../src/learning/items/answer-shape.ts';
import { checkQuestion } from '../../../src/learning/items/check-question.ts';
import type { Question } from '../../../src/learning/items/question.ts';
import { partIds, rightIds } from '../../../src/learning/items/question-parts.ts';
import { scoreAnswer } from '../../../src/learning/items/score-answer.ts';
import { languagesOf, missingIn } from '../../../src/learning/items/translations.ts';

const both = (text: string) => ({ en: text, fr: text });
const common = { id: 'one', tags: ['facts'], prompt: both('Asked'), points: 1, explanation: both('') };
const option = (id: string, correct?: true) => ({ id, text: both(id), ...(correct ? { correct } : {}) });

const multiple: Question = {
  ...common,
  kind: 'multiple',
  scoring: 'partial',
  options: [option('a', true), option('b', true), option('c'), option('d')],
};
const order: Question = {
  ...common,
  kind: 'order',
  scoring: 'partial',
  items: [option('a'), option('b'), option('c'), option('d')],
};
const match: Question = {
  ...common,
  kind: 'match',
  scoring: 'partial',
  pairs: [
    { id: 'one', left: both('cat'), right: both('mammal') },
    { id: 'two', left: both('dog'), right: both('mammal') },
    { id: 'three', left: both('trout'), right: both('fish') },
  ],
  distractors: [{ id: 'four', text: both('bird') }],
};
const entry: Question = {
  ...common,
  kind: 'text-entry',
  answers: [
    { text: { en: 'data protection officer', fr: 'délégué à la protection des données' } },
    { text: { en: 'privacy officer', fr: '' }, credit: 0.5 },
  ],
};
const choice: Question = {
  ...common,
  kind: 'choice',
  options: [option('a', true), { ...option('b'), credit: 0.25 }, option('c')],
};
const essay: Question = { ...common, kind: 'extended-text' };

const scoreOf = (question: Question, answer: Answer): number | 'person' => {
  const score = scoreAnswer(question, { options: partIds(question), rights: rightIds(question) }, answer);
  return score.state === 'scored' ? score.score : 'person';
};

const cases: readonly [string, Question, Answer, number | 'person'][] = [
  ['both right choices', multiple, ['a', 'b'], 1],
  ['one of two right choices', multiple, ['a'], 0.5],
  ['two right and one of two wrong', multiple, ['a', 'b', 'c'], 0.5],
  ['everything', multiple, ['a', 'b', 'c', 'd'], 0],
  ['only wrong ones, never below nothing', multiple, ['c', 'd'], 0],
  ['one right choice twice', multiple, ['a', 'a'], 0],
  ['a code that is none', multiple, ['a', 'z'], 0],
  ['the same, all or nothing', { ...multiple, scoring: 'all-or-nothing' }, ['a'], 0],
  ['two of four lines in place', order, { a: 1, b: 2, c: 4, d: 3 }, 0.5],
  ['one place for all lines', order, { a: 1, b: 1, c: 1, d: 1 }, 0],
  ['two lines with one shared right half', match, { a: 'a', b: 'a', c: 'b' }, 1],
  ['one wrong line of three', match, { a: 'a', b: 'c', c: 'b' }, 2 / 3],
  ['a half answer', match, { a: 'a' }, 1 / 3],
  ['the English answer in other letters', entry, ' Data  Protection OFFICER ', 1],
  ['the French answer', entry, 'délégué à la protection des données', 1],
  ['its letters composed otherwise', entry, 'délégué à la protection des données'.normalize('NFD'), 1],
  ['an answer that is not quite right', entry, 'privacy officer', 0.5],
  ['no answer in a language that has none', entry, '   ', 0],
  ['another answer', entry, 'officer', 0],
  ['other letters where they matter', { ...entry, caseSensitive: true }, 'Data protection officer', 0],
  ['an option that is not quite right', choice, 'b', 0.25],
  ['a wrong option', choice, 'c', 0],
  ['a text for a person', essay, 'Because.', 'person'],
  ['blanks, which need nobody', essay, ' \n ', 0],
  ['nothing', essay, null, 0],
];

describe('what an answer is worth', () => {
  for (const [title, question, answer, score] of cases) {
    it(`${score === 'person' ? 'is for a person to say' : `is ${Math.round(score * 100)} %`}: ${title}`, () => {
      expect(scoreOf(question, answer)).to.equal(score);
    });
  }

  it('is nothing for the name of something every object has', () => {
    expect(scoreOf(match, { constructor: 'a' } as never)).to.equal(0);
    expect(scoreOf(order, JSON.parse('{"__proto__": 1}') as never)).to.equal(0);
  });
});

const codesOf = (question: unknown): string[] => {
  const checked = checkQuestion(question);
  return checked.ok ? [] : checked.faults.map(({ field, code }) => `${field} ${code}`);
};

describe('a question for the bank', () => {
  it('is kept when its key and texts are sound', () => {
    for (const question of [multiple, order, match, entry, choice, essay])
      expect(codesOf(question)).to.deep.equal([]);
  });

  const changed = (question: Question, change: object): unknown => ({ ...question, ...change });
  const bad: readonly [string, unknown, string][] = [
    ['no right option', changed(choice, { options: [option('a'), option('b')] }), 'options not-one-right'],
    [
      'two right options of one',
      changed(choice, { options: [option('a', true), option('b', true)] }),
      'options not-one-right',
    ],
    [
      'only right options',
      changed(multiple, { options: [option('a', true), option('b', true)] }),
      'options all-right',
    ],
    [
      'options that read the same',
      changed(choice, { options: [option('a', true), { ...option('b'), text: both(' A'.trim()) }] }),
      'options repeated-text',
    ],
    ['one option', changed(choice, { options: [option('a', true)] }), 'options too-few'],
    [
      'an option without text',
      changed(choice, { options: [option('a', true), { id: 'b', text: both('') }] }),
      'options empty-text',
    ],
    ['no prompt', changed(choice, { prompt: both('') }), 'prompt empty-text'],
    [
      'script in Markdown',
      changed(choice, { prompt: both('Hello <script>alert(1)</script>') }),
      'prompt.en no-html',
    ],
    ['an image', changed(choice, { prompt: both('![x](https://a.example/b.png)') }), 'prompt.en no-image'],
    [
      'a link to a script',
      changed(choice, { prompt: both('[x](javascript:alert(1))') }),
      'prompt.en no-foreign-link',
    ],
    ['a field that it does not have', changed(choice, { secret: 1 }), ' unknown-field'],
    ['no accepted answer', changed(entry, { answers: [] }), 'answers too-few'],
    [
      'only half right answers',
      changed(entry, { answers: [{ text: both('x'), credit: 0.5 }] }),
      'answers none-right',
    ],
    [
      'nothing to choose from',
      changed(match, {
        pairs: [
          { id: 'a', left: both('x'), right: both('z') },
          { id: 'b', left: both('y'), right: both('z') },
        ],
        distractors: [],
      }),
      'pairs.right nothing-to-choose',
    ],
    ['a kind that is none', changed(choice, { kind: 'hotspot' }), 'kind not-valid'],
  ];
  for (const [title, question, fault] of bad) {
    it(`is refused for ${title}`, () => {
      expect(codesOf(question)).to.include(fault);
    });
  }

  it('may speak of markup in code, which is shown and never run', () => {
    expect(codesOf(changed(choice, { prompt: both('What does `<script>` do?') }))).to.deep.equal([]);
  });

  it('says in which languages it is complete, and what is missing', () => {
    const half = { ...choice, prompt: { en: 'Asked', fr: '' } };
    expect(languagesOf(half)).to.deep.equal(['en']);
    expect(missingIn(half, 'fr')).to.deep.equal(['prompt']);
    expect(languagesOf(choice)).to.deep.equal(['en', 'fr']);
  });
});
