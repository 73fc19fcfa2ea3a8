import type { Request, RequestHandler, Response } from 'express';
import { accountOf } from '../../accounts/index.ts';
import {
  type ItemVersion,
  type Kept,
  type QuestionFault,
  type QuestionKind,
  questionKinds,
} from '../../learning/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import { type Form, formOf } from '../form.ts';
import type { StaffItemDeps } from './staff-item-deps.ts';
import {
  hasParts,
  inputOf,
  questionIn,
  rowsFor,
  type Values,
  valuesIn,
  valuesOf,
  versionIn,
} from './staff-item-form.ts';
import { faultText } from './staff-item-words.ts';

type Editing = {
  kind: QuestionKind;
  values: Values;
  /** The version that is written over; none for a new question. */
  base?: ItemVersion;
  faults?: readonly QuestionFault[];
  more?: number;
};

const withFaults = (values: Values, faults: readonly QuestionFault[], words: Words): Form => {
  const form = formOf({ values, words });
  const errors = faults.map((fault) => ({ field: inputOf(fault), message: faultText(words, fault) }));
  const fieldErrors: Record<string, string> = {};
  for (const { field, message } of errors) if (field !== '') fieldErrors[field] ??= message;
  return { ...form, errors, fieldErrors };
};

const partsFor = ({ kind, values, more = 0 }: Editing) =>
  hasParts(kind)
    ? Array.from({ length: rowsFor(values, more) }, (_, index) => ({
        at: index + 1,
        name: `part.${index + 1}`,
      }))
    : [];

const kindOf = (value: unknown): QuestionKind => {
  const kind = questionKinds.find((one) => one === value);
  if (!kind) throw notFound();
  return kind;
};

/** Writing a question in both languages side by side; who comes second is shown both texts. */
export const createItemEditing = ({ render, items }: StaffItemDeps) => {
  const showForm = (request: Request, response: Response, editing: Editing): void => {
    const { words } = contextOf(response);
    const { kind, values, base, faults = [] } = editing;
    const parts = partsFor(editing);
    render(request, response, {
      view: 'staff/item-edit',
      title: base ? words('items:edit.title') : words(`items:new.${kind}`),
      status: faults.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        kind,
        itemId: base?.itemId,
        base: base?.version,
        parts,
        rows: parts.length,
        canGrow: parts.length > 0 && parts.length < 20,
        withCorrect: kind === 'choice' || kind === 'multiple',
        withCredit: kind === 'choice' || kind === 'text-entry',
        withRight: kind === 'match',
        withScoring: kind === 'multiple' || kind === 'order' || kind === 'match',
        withFeedback: kind === 'choice' || kind === 'multiple',
        yes: [{ value: 'yes', label: words('items:edit.correct') }],
        form: withFaults(values, faults, words),
      },
    });
  };

  /** Nothing of either is lost: what was written stays in the form, what the other wrote stands beside it. */
  const showConflict = (
    request: Request,
    response: Response,
    { values, newest }: { values: Values; newest: ItemVersion },
  ): void => {
    const { words, language } = contextOf(response);
    const theirs = valuesOf(newest.question);
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(values)])].filter(
      (name) => !/^(kind|base|rows|action)$|\.id$/.test(name),
    );
    const differences = names
      .map((name) => ({ name, ours: (values[name] ?? '').trim(), theirs: theirs[name] ?? '' }))
      .filter(({ ours, theirs: other }) => ours.replaceAll('\r\n', '\n') !== other)
      .map((one) => ({
        ...one,
        label: labelOf(words, one.name),
        lang: /\.(en|fr)$/.exec(one.name)?.[1] ?? language,
      }));
    render(request, response, {
      view: 'staff/item-conflict',
      title: words('items:conflict.title'),
      status: 409,
      wide: true,
      noindex: true,
      data: {
        itemId: newest.itemId,
        version: newest.version,
        at: newest.createdAt,
        differences,
        // The form carries on from their version with our words: saving it again replaces theirs, knowingly.
        hidden: Object.entries({ ...values, base: String(newest.version) })
          .filter(([name]) => name !== 'action')
          .map(([name, value]) => ({ name, value })),
      },
    });
  };

  const settle = (
    request: Request,
    response: Response,
    { kept, editing }: { kept: Kept; editing: Editing },
  ): void => {
    if (kept.outcome === 'refused') showForm(request, response, { ...editing, faults: kept.faults });
    else if (kept.outcome === 'conflict') {
      showConflict(request, response, { values: editing.values, newest: kept.newest });
    } else {
      response.redirect(303, `/${contextOf(response).language}/staff/items/${kept.version.itemId}`);
    }
  };

  const create: RequestHandler = async (request, response) => {
    const values = valuesIn(request.body);
    const kind = kindOf(values.kind);
    if (values.action === 'more') return showForm(request, response, { kind, values, more: 4 });
    const question = questionIn('question', kind, values);
    const kept = await items.add({ question, by: accountOf(request).id });
    settle(request, response, { kept, editing: { kind, values } });
  };

  const newestOf = async (request: Request): Promise<ItemVersion> => {
    const found = await items.item(String(request.params.itemId));
    const newest = found?.versions[0];
    if (!newest) throw notFound();
    return newest;
  };

  const revise: RequestHandler = async (request, response) => {
    const newest = await newestOf(request);
    const { itemId, question: before } = newest;
    const values = valuesIn(request.body);
    const { kind } = before;
    const base = versionIn(values.base);
    const editing: Editing = { kind, values, base: { ...newest, version: base } };
    if (values.action === 'more') return showForm(request, response, { ...editing, more: 4 });
    const question = questionIn(before.id, kind, values);
    const kept = await items.revise({ itemId, base, question, by: accountOf(request).id });
    settle(request, response, { kept, editing });
  };

  return {
    create,
    revise,
    showNew: ((request, response) => {
      const kind = kindOf(request.query.kind ?? 'choice');
      showForm(request, response, { kind, values: { points: '1' } });
    }) satisfies RequestHandler,
    showEdit: (async (request, response) => {
      const base = await newestOf(request);
      const { question } = base;
      showForm(request, response, { kind: question.kind, values: valuesOf(question), base });
    }) satisfies RequestHandler,
  };
};

/** What an input is called, for a list of differences. */
const labelOf = (words: Words, name: string): string => {
  const [first = '', at = ''] = name.split('.');
  if (first !== 'part') return words(`items:fields.${first}`);
  const what = name.replace(/^part\.\d+\.?/, '').replace(/\.?(en|fr)$/, '');
  const part = words('items:edit.part', { number: at });
  return what === '' ? part : `${part}, ${words(`items:fields.${what}`)}`;
};
