import type { Question } from '../../../src/learning/items/question.ts';

/** One question of every kind, with whatever may trip a format up. */
const common = {
  tags: ['data-protection', 'basics'],
  points: 2,
  explanation: { en: 'Because of *article 5*.', fr: 'En raison de l’*article 5*.' },
};
const part = (id: string, en: string, fr: string) => ({ id, text: { en, fr } });

export const samples: readonly Question[] = [
  {
    ...common,
    id: 'choice',
    kind: 'choice',
    prompt: {
      en: 'Which line of `a = {1}` is **true**?\n\n- x ~ y\n- x \\# y',
      fr: 'Quelle ligne de `a = {1}` est **vraie** ?\n\n- x ~ y\n- x \\# y',
    },
    options: [
      {
        ...part('p1', 'a = b: yes', 'a = b : oui'),
        correct: true,
        feedback: { en: 'Well done.', fr: 'Bravo.' },
      },
      { ...part('p2', 'a → b', 'a → b, presque'), credit: 0.25 },
      part('p3', 'C:\\\\temp & ]]> more', 'C:\\\\temp & ]]> encore'),
    ],
    keepOrder: true,
  },
  {
    ...common,
    id: 'multiple',
    kind: 'multiple',
    scoring: 'partial',
    prompt: { en: 'Choose all', fr: 'Choisissez tout' },
    options: [
      { ...part('p1', 'One', 'Un'), correct: true },
      { ...part('p2', 'Two', 'Deux'), correct: true },
      part('p3', 'Three', 'Trois'),
      part('p4', 'Four', 'Quatre'),
      part('p5', 'Five', 'Cinq'),
    ],
  },
  {
    ...common,
    id: 'whole',
    kind: 'multiple',
    scoring: 'all-or-nothing',
    prompt: { en: 'All or nothing', fr: 'Tout ou rien' },
    options: [{ ...part('p1', 'One', 'Un'), correct: true }, part('p2', 'Two', 'Deux')],
  },
  {
    ...common,
    id: 'order',
    kind: 'order',
    scoring: 'partial',
    prompt: { en: 'In order', fr: 'Dans l’ordre' },
    items: [part('p1', 'First', 'D’abord'), part('p2', 'Then', 'Puis'), part('p3', 'Last', 'Enfin')],
  },
  {
    ...common,
    id: 'match',
    kind: 'match',
    scoring: 'partial',
    prompt: { en: 'Match', fr: 'Associez' },
    pairs: [
      { id: 'p1', left: { en: 'Cat', fr: 'Chat' }, right: { en: 'Mammal', fr: 'Mammifère' } },
      { id: 'p2', left: { en: 'Dog', fr: 'Chien' }, right: { en: 'Mammal', fr: 'Mammifère' } },
      { id: 'p3', left: { en: 'Trout', fr: 'Truite' }, right: { en: 'Fish', fr: 'Poisson' } },
    ],
    distractors: [part('p4', 'Bird', 'Oiseau')],
  },
  {
    ...common,
    id: 'numeric',
    kind: 'numeric',
    prompt: { en: 'How many hours?', fr: 'Combien d’heures ?' },
    answer: -2.75,
    tolerance: 0.001,
    unit: { en: 'h', fr: 'h' },
  },
  {
    ...common,
    id: 'entry',
    kind: 'text-entry',
    prompt: { en: 'Which abbreviation?', fr: 'Quel sigle ?' },
    answers: [{ text: { en: 'G*PR=', fr: 'G*PR=' } }, { text: { en: 'DPD', fr: 'DPD' }, credit: 0.5 }],
    caseSensitive: true,
  },
  {
    ...common,
    id: 'essay',
    kind: 'extended-text',
    prompt: { en: 'Explain.', fr: 'Expliquez.' },
    guide: { en: 'Three ideas.', fr: 'Trois idées.' },
    maxLength: 2000,
  },
  {
    ...common,
    id: 'english',
    kind: 'choice',
    prompt: { en: 'Only in English yet', fr: '' },
    explanation: { en: '', fr: '' },
    options: [
      { id: 'p1', text: { en: '=1+1', fr: '' }, correct: true },
      { id: 'p2', text: { en: "'=1+1", fr: '' } },
    ],
  },
];

export const exported = samples.map((question) => ({ itemId: question.id, version: 1, question }));
