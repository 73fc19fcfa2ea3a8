import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { accountOf } from '../../accounts/index.ts';
import { type Item, itemStates, questionKinds } from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { languages, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { filterIn, languageFilters, type StaffItemDeps } from './staff-item-deps.ts';
import { titleOf } from './staff-item-words.ts';

const pageLength = 50;

/** A question and the version that was read: `item-…@3`. */
const choice = z
  .string()
  .max(140)
  .regex(/^[\w.-]+@[1-9]\d{0,5}$/, 'not-an-option');
const choices = z.strictObject({
  chosen: z.preprocess(
    (sent) => (sent === undefined ? [] : [sent].flat()),
    z.array(choice).min(1, 'must-choose').max(pageLength),
  ),
});

/** The list of the bank, and publishing what was chosen in it. */
export const createItemList = ({ render, items }: StaffItemDeps) => {
  const rowOf = (item: Item, words: Words) => {
    const { text, lang } = titleOf(item, words.language);
    const waits = item.state !== 'retired' && item.latest > (item.current ?? 0);
    return {
      id: item.id,
      title: text || words('items:untitled'),
      lang,
      kind: words(`items:kinds.${item.kind}`),
      tags: item.tags.join(', '),
      languages: languages.map((language) => ({
        name: words(`web:languages.${language}`),
        there: item.languages.includes(language),
      })),
      state: words(`items:states.${item.state}`),
      waits,
      ...(waits && item.languages.length > 0 ? { choice: `${item.id}@${item.latest}` } : {}),
      updatedAt: item.updatedAt,
    };
  };

  const showList = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const { filter, query } = filterIn(request);
    const page = Math.min(1000, Math.max(1, Number(request.query.page) || 1));
    const count = await items.count(filter);
    const found = await items.list(filter, { skip: (page - 1) * pageLength, limit: pageLength });
    const rows = found.map((item) => rowOf(item, words));
    const all = { value: '', label: words('items:filter.all') };
    const options = (values: readonly string[], group: string) => [
      all,
      ...values.map((value) => ({ value, label: words(`items:${group}.${value}`) })),
    ];
    const pageAddress = (to: number): string =>
      `/${language}/staff/items?${new URLSearchParams({ ...query, page: String(to) })}`;
    render(request, response, {
      view: 'staff/items',
      title: words('items:title'),
      status: faults.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        rows,
        canChoose: rows.some(({ choice }) => choice !== undefined),
        count,
        page,
        previous: page > 1 ? pageAddress(page - 1) : undefined,
        following: page * pageLength < count ? pageAddress(page + 1) : undefined,
        filtered: Object.keys(query).length > 0,
        form: formOf({ values: query, words }),
        choosing: formOf({ words, faults, labels: { chosen: words('items:choose.label') } }),
        publishHref: `/${language}/staff/items/publish?${new URLSearchParams({ ...query, page: String(page) })}`,
        tags: [all, ...(await items.tags()).map((tag) => ({ value: tag, label: tag }))],
        kinds: options(questionKinds, 'kinds'),
        states: options(itemStates, 'states'),
        languages: options(languageFilters, 'filter-languages'),
        waiting: [{ value: 'yes', label: words('items:filter.waiting') }],
        newKinds: questionKinds.map((kind) => ({ kind, label: words(`items:kinds.${kind}`) })),
        exportHref: `/${language}/staff/items/export?${new URLSearchParams(query)}`,
      },
    });
  };

  /** Each by itself: one that is refused stops no other. */
  const publishOne = async (chosen: string, by: string, words: Words) => {
    const [itemId = '', version] = chosen.split('@');
    const found = await items.item(itemId);
    const title = found && titleOf(found.item, words.language);
    const about = { itemId, title: title?.text || words('items:untitled'), lang: title?.lang };
    try {
      await items.publish({ itemId, version: Number(version), by });
      return { ...about, published: true, version: Number(version) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const why = {
        title: words(`problems:${error.code}.title`),
        text: words(`problems:${error.code}.remedy`),
      };
      return { ...about, published: false, why };
    }
  };

  const publishChosen: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const checked = check(choices, request.body ?? {});
    if (!checked.ok) return showList(request, response, checked.faults);
    const by = accountOf(request).id;
    const results: Awaited<ReturnType<typeof publishOne>>[] = [];
    for (const one of new Set(checked.value.chosen)) results.push(await publishOne(one, by, words));
    const { query } = filterIn(request);
    const published = results.filter((one) => one.published).length;
    render(request, response, {
      view: 'staff/items-published',
      title: words('items:published.title'),
      wide: true,
      noindex: true,
      data: {
        results,
        published,
        refused: results.length - published,
        backHref: `/${language}/staff/items?${new URLSearchParams(query)}`,
      },
    });
  };

  return { showList, publishChosen };
};
