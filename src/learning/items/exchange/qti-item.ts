import type { Language, Localised } from '../../../platform/i18n.ts';
import { exportHtml } from '../../render-markdown.ts';
import type { Question } from '../question.ts';
import { nameOf } from './write-moodle-xml.ts';
import { htmlIn, xmlText } from './xml-text.ts';

/** One question in one language as `qti-assessment-item` (1EdTech QTI 3.0 ASI). */

type Kind<K extends Question['kind']> = Extract<Question, { kind: K }>;
type Parts = {
  /** Of the response declaration. */
  cardinality: 'single' | 'multiple' | 'ordered';
  baseType: string;
  /** Correct response and mapping. */
  declared: string;
  body: string;
  /** An expression worth a fraction of the points; nothing when a person marks. */
  score: string | undefined;
};

const values = (ids: readonly string[]): string =>
  `<qti-correct-response>${ids.map((id) => `<qti-value>${xmlText(id)}</qti-value>`).join('')}</qti-correct-response>`;

const mapping = (entries: readonly { key: string; value: number; caseSensitive?: boolean }[]): string =>
  `<qti-mapping lower-bound="0" upper-bound="1" default-value="0">${entries
    .map(
      ({ key, value, caseSensitive }) =>
        `<qti-map-entry map-key="${xmlText(key)}" mapped-value="${value}"${caseSensitive === undefined ? '' : ` case-sensitive="${caseSensitive}"`}/>`,
    )
    .join('')}</qti-mapping>`;

const mapped = '<qti-map-response identifier="RESPONSE"/>';
const variable = '<qti-variable identifier="RESPONSE"/>';
const correct = '<qti-correct identifier="RESPONSE"/>';
const matched = `<qti-match>${variable}${correct}</qti-match>`;
const float = (value: number): string => `<qti-base-value base-type="float">${value}</qti-base-value>`;

const choice = (id: string, text: Localised, language: Language): string =>
  `<qti-simple-choice identifier="${xmlText(id)}">${htmlIn(text, language)}</qti-simple-choice>`;

const choices = (question: Kind<'choice' | 'multiple'>, language: Language): Parts => {
  const { options, kind, keepOrder } = question;
  const right = options.filter((option) => option.correct);
  const wrong = options.length - right.length;
  const isPartial =
    kind === 'multiple' ? question.scoring === 'partial' : options.some(({ credit }) => credit);
  const worth = (option: (typeof options)[number]): number =>
    kind === 'choice'
      ? option.correct
        ? 1
        : (option.credit ?? 0)
      : option.correct
        ? 1 / right.length
        : -1 / wrong;
  return {
    cardinality: kind === 'choice' ? 'single' : 'multiple',
    baseType: 'identifier',
    declared:
      values(right.map(({ id }) => id)) +
      (isPartial ? mapping(options.map((option) => ({ key: option.id, value: worth(option) }))) : ''),
    body: `<qti-choice-interaction response-identifier="RESPONSE" shuffle="${!keepOrder}" max-choices="${kind === 'choice' ? 1 : 0}">${options
      .map(({ id, text }) => choice(id, text, language))
      .join('')}</qti-choice-interaction>`,
    score: isPartial ? mapped : matched,
  };
};

const associable = (id: string, text: Localised, most: number, language: Language): string =>
  `<qti-simple-associable-choice identifier="${xmlText(id)}" match-max="${most}">${htmlIn(text, language)}</qti-simple-associable-choice>`;

/** Right halves that read the same are one choice, which several lines may take. */
const matching = (question: Kind<'match'>, language: Language): Parts => {
  const { pairs, distractors = [] } = question;
  const keyOf = (text: Localised): string => JSON.stringify(text);
  const rights = [...pairs.map(({ right }) => right), ...distractors.map(({ text }) => text)];
  const unique = rights.filter(
    (text, index) => rights.findIndex((one) => keyOf(one) === keyOf(text)) === index,
  );
  const idOf = (text: Localised): string => `r${unique.findIndex((one) => keyOf(one) === keyOf(text)) + 1}`;
  const right = pairs.map((pair, index) => `l${index + 1} ${idOf(pair.right)}`);
  const isPartial = question.scoring === 'partial';
  return {
    cardinality: 'multiple',
    baseType: 'directedPair',
    declared:
      values(right) + (isPartial ? mapping(right.map((key) => ({ key, value: 1 / right.length }))) : ''),
    body:
      `<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="${pairs.length}">` +
      `<qti-simple-match-set>${pairs.map(({ left }, index) => associable(`l${index + 1}`, left, 1, language)).join('')}</qti-simple-match-set>` +
      `<qti-simple-match-set>${unique.map((text) => associable(idOf(text), text, pairs.length, language)).join('')}</qti-simple-match-set>` +
      '</qti-match-interaction>',
    score: isPartial ? mapped : matched,
  };
};

const typed = (after = ''): string =>
  `<p><qti-text-entry-interaction response-identifier="RESPONSE"/>${after}</p>`;

const partsOf = (question: Question, language: Language): Parts => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
      return choices(question, language);
    case 'order':
      return {
        cardinality: 'ordered',
        baseType: 'identifier',
        declared: values(question.items.map(({ id }) => id)),
        body: `<qti-order-interaction response-identifier="RESPONSE" shuffle="true">${question.items
          .map(({ id, text }) => choice(id, text, language))
          .join('')}</qti-order-interaction>`,
        score: matched,
      };
    case 'match':
      return matching(question, language);
    case 'numeric':
      return {
        cardinality: 'single',
        baseType: 'float',
        declared: values([String(question.answer)]),
        body: typed(question.unit ? ` ${xmlText(question.unit[language])}` : ''),
        score: `<qti-equal tolerance-mode="absolute" tolerance="${question.tolerance} ${question.tolerance}">${variable}${correct}</qti-equal>`,
      };
    case 'text-entry': {
      const said = question.answers.flatMap(({ text, credit = 1 }) =>
        [...new Set([text.en, text.fr])]
          .filter((one) => one !== '')
          .map((key) => ({
            key,
            value: credit,
            caseSensitive: question.caseSensitive === true,
          })),
      );
      const best = said.find(({ value }) => value === 1)?.key ?? '';
      return {
        cardinality: 'single',
        baseType: 'string',
        declared: values([best]) + mapping(said),
        body: typed(),
        score: mapped,
      };
    }
    case 'extended-text':
      return {
        cardinality: 'single',
        baseType: 'string',
        declared: '',
        body: `<qti-extended-text-interaction response-identifier="RESPONSE"${question.maxLength ? ` expected-length="${question.maxLength}"` : ''}/>`,
        score: undefined,
      };
  }
};

const isCondition = (score: string): boolean => /^<qti-(match|equal)/.test(score);

const processing = (score: string | undefined, points: number): string[] => {
  if (score === undefined) return [];
  const set = (value: string): string =>
    `<qti-set-outcome-value identifier="SCORE">${value}</qti-set-outcome-value>`;
  const rule = isCondition(score)
    ? `<qti-response-condition><qti-response-if>${score}${set(float(points))}</qti-response-if><qti-response-else>${set(float(0))}</qti-response-else></qti-response-condition>`
    : set(`<qti-product>${score}${float(points)}</qti-product>`);
  return [`  <qti-response-processing>${rule}${feedbackRule}</qti-response-processing>`];
};

const feedbackRule =
  '<qti-set-outcome-value identifier="FEEDBACK"><qti-base-value base-type="identifier">explanation</qti-base-value></qti-set-outcome-value>';

export const qtiItem = (
  question: Question,
  { identifier, language }: { identifier: string; language: Language },
): string => {
  const { cardinality, baseType, declared, body, score } = partsOf(question, language);
  const explanation = question.explanation[language];
  const guide = question.kind === 'extended-text' ? question.guide?.[language] : undefined;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="${xmlText(identifier)}" title="${xmlText(nameOf(question))}" adaptive="false" time-dependent="false" xml:lang="${language}">`,
    `  <qti-response-declaration identifier="RESPONSE" cardinality="${cardinality}" base-type="${baseType}">${declared}</qti-response-declaration>`,
    `  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-minimum="0" normal-maximum="${question.points}"${score === undefined ? ' external-scored="human"' : ''}><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>`,
    '  <qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier"/>',
    `  <qti-item-body><div>${exportHtml(question.prompt[language])}</div>${body}${
      guide
        ? `<qti-rubric-block use="scoring" view="scorer"><qti-content-body>${exportHtml(guide)}</qti-content-body></qti-rubric-block>`
        : ''
    }</qti-item-body>`,
    ...processing(score, question.points),
    ...(explanation
      ? [
          `  <qti-modal-feedback outcome-identifier="FEEDBACK" show-hide="show" identifier="explanation"><qti-content-body>${exportHtml(explanation)}</qti-content-body></qti-modal-feedback>`,
        ]
      : []),
    '</qti-assessment-item>',
    '',
  ].join('\n');
};
