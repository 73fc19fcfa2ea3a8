import { type ItemVersion, type Question, renderMarkdown } from '../../learning/index.ts';
import { formats, type Language, type Localised, languages, type Words } from '../../platform/i18n.ts';

/** A version of an item, both languages side by side, with what changed since the one before. */

type Row = { key: string; label: string; mark?: string; text: Localised };

const share = (credit: number | undefined, words: Words): string | undefined =>
  credit === undefined
    ? undefined
    : words('items:shown.credit', { share: formats(words.language).percent(credit) });

const partRows = (question: Question, words: Words): Row[] => {
  const part = (index: number, text: Localised, more: Partial<Row> = {}): Row => ({
    key: `part.${index}`,
    label: words('items:edit.part', { number: index + 1 }),
    text,
    ...more,
  });
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return question.options.flatMap(({ text, correct, credit, feedback }, index) => {
        const mark = correct ? words('items:shown.right') : share(credit, words);
        return [
          part(index, text, mark ? { mark } : {}),
          ...(feedback
            ? [part(index, feedback, { key: `feedback.${index}`, label: words('items:fields.feedback') })]
            : []),
        ];
      });
    case 'order':
      return question.items.map(({ text }, index) => part(index, text));
    case 'match':
      return [
        ...question.pairs.flatMap(({ left, right }, index) => [
          part(index, left),
          part(index, right, { key: `right.${index}`, label: words('items:fields.right') }),
        ]),
        ...(question.distractors ?? []).map(({ text }, index) =>
          part(index, text, { key: `distractor.${index}`, label: words('items:shown.distractor') }),
        ),
      ];
    case 'text-entry':
      return question.answers.map(({ text, credit }, index) => {
        const mark = share(credit, words);
        return part(index, text, {
          label: words('items:shown.accepted', { number: index + 1 }),
          ...(mark ? { mark } : {}),
        });
      });
    case 'numeric':
      return question.unit ? [{ key: 'unit', label: words('items:fields.unit'), text: question.unit }] : [];
    case 'extended-text':
      return question.guide
        ? [{ key: 'guide', label: words('items:fields.guide'), text: question.guide }]
        : [];
  }
};

const rowsOf = (question: Question, words: Words): Row[] => [
  { key: 'prompt', label: words('items:fields.prompt'), text: question.prompt },
  ...partRows(question, words),
  { key: 'explanation', label: words('items:fields.explanation'), text: question.explanation },
];

/** What is no text: points, tags, how it is scored. */
const factsOf = (question: Question, words: Words): { label: string; value: string }[] => {
  const { number } = formats(words.language);
  const fact = (name: string, value: string) => ({ label: words(`items:fields.${name}`), value });
  const yes = words('items:shown.yes');
  return [
    fact('tags', question.tags.join(', ')),
    fact('points', number(question.points)),
    ...('scoring' in question
      ? [fact('partial', words(`items:scoring.${question.scoring ?? 'all-or-nothing'}`))]
      : []),
    ...('keepOrder' in question && question.keepOrder ? [fact('keepOrder', yes)] : []),
    ...(question.kind === 'numeric'
      ? [fact('answer', number(question.answer)), fact('tolerance', number(question.tolerance))]
      : []),
    ...(question.kind === 'text-entry' && question.caseSensitive ? [fact('caseSensitive', yes)] : []),
    ...(question.kind === 'extended-text' && question.maxLength
      ? [fact('maxLength', number(question.maxLength))]
      : []),
  ];
};

const cellOf = (text: Localised, language: Language) => ({
  lang: language,
  html: renderMarkdown(text[language]),
  missing: text[language] === '' && languages.some((other) => text[other] !== ''),
});

export const versionView = (version: ItemVersion, words: Words, before: ItemVersion | undefined) => {
  const earlier = new Map(before ? rowsOf(before.question, words).map((row) => [row.key, row]) : []);
  const isChanged = ({ key, text, mark }: Row): boolean => {
    const old = earlier.get(key);
    return before !== undefined && (old?.text.en !== text.en || old.text.fr !== text.fr || old.mark !== mark);
  };
  return {
    facts: factsOf(version.question, words),
    rows: rowsOf(version.question, words)
      .filter(({ text }) => text.en !== '' || text.fr !== '')
      .map((row) => ({
        label: row.label,
        mark: row.mark,
        changed: isChanged(row),
        cells: languages.map((language) => cellOf(row.text, language)),
      })),
  };
};
