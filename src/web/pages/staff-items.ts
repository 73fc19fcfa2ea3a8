import { type Request, type RequestHandler, type Response, Router } from 'express';
import { accountOf, requireRole } from '../../accounts/index.ts';
import { type Item, type ItemVersion, missingIn, renderInline, type Trial } from '../../learning/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { languages, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { questionFields, sentAnswers, textIn } from './learn-questions.ts';
import type { StaffItemDeps } from './staff-item-deps.ts';
import { createItemEditing } from './staff-item-edit.ts';
import { createItemExchangePages } from './staff-item-exchange.ts';
import { versionIn } from './staff-item-form.ts';
import { createItemList } from './staff-item-list.ts';
import { versionView } from './staff-item-view.ts';
import { titleOf } from './staff-item-words.ts';

const author = requireRole('author', 'administrator');

const trialView = ({ score, points, solution, explanation }: Trial, words: Words) => {
  const { language } = words;
  return {
    open: score.state === 'needs-grading',
    points: score.state === 'scored' ? Math.round(score.score * points * 100) / 100 : undefined,
    of: points,
    right: score.state === 'scored' && score.score >= 1 - 1e-9,
    solution: solution.map((text) => renderInline(textIn(text, language).text)),
    explanation: renderInline(textIn(explanation, language).text),
  };
};

/** The question bank, for authors: find, write, read, try, publish, retire. */
export const createStaffItemPages = (deps: StaffItemDeps): Router => {
  const { render, items, accounts } = deps;
  const editing = createItemEditing(deps);

  const { showList, publishChosen } = createItemList(deps);

  const load = async (request: Request): Promise<{ item: Item; versions: readonly ItemVersion[] }> => {
    const found = await items.item(String(request.params.itemId));
    if (!found) throw notFound();
    return found;
  };

  const writer = async (id: string, words: Words): Promise<string> =>
    id === 'content' ? words('items:by-content') : ((await accounts.nameOf(id)) ?? words('items:by-nobody'));

  const shownVersion = (
    { item, versions }: Awaited<ReturnType<typeof load>>,
    wanted: unknown,
  ): ItemVersion => {
    const number = wanted === undefined ? (versions[0]?.version ?? item.latest) : versionIn(wanted);
    const version = versions.find((one) => one.version === number);
    if (!version) throw notFound();
    return version;
  };

  const showItem: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const found = await load(request);
    const { item, versions } = found;
    const version = shownVersion(found, request.query.version);
    const before = versions.find((one) => one.version === version.version - 1);
    const isNewest = version.version === versions[0]?.version;
    const by = accountOf(request).id;
    const { text } = titleOf(item, words.language);
    render(request, response, {
      view: 'staff/item',
      title: text || words('items:untitled'),
      wide: true,
      noindex: true,
      data: {
        item,
        state: words(`items:states.${item.state}`),
        kind: words(`items:kinds.${item.kind}`),
        shown: versionView(version, words, before),
        version: version.version,
        isNewest,
        isCurrent: version.version === item.current,
        missing: languages
          .map((language) => ({
            name: words(`web:languages.${language}`),
            count: missingIn(version.question, language).length,
          }))
          .filter(({ count }) => count > 0),
        versions: await Promise.all(
          versions.map(async (one) => ({
            version: one.version,
            at: one.createdAt,
            by: await writer(one.by, words),
            source: one.source && words(`items:sources.${one.source.format}`),
            publishedAt: one.publishedAt,
            publishedBy: one.publishedBy && (await writer(one.publishedBy, words)),
            isShown: one.version === version.version,
            isCurrent: one.version === item.current,
          })),
        ),
        retired: item.state === 'retired',
        canPublish: item.state !== 'retired' && isNewest && version.version !== item.current,
        ownText: version.authors.includes(by),
        complete: version.languages.length > 0,
      },
    });
  };

  const showTrial = async (
    request: Request,
    response: Response,
    more: { values?: unknown; faults?: readonly FieldFault[]; trial?: Trial } = {},
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const { item } = await load(request);
    const version = versionIn(request.params.version);
    const question = await items.asShown({ itemId: item.id, version });
    render(request, response, {
      view: 'staff/item-trial',
      title: words('items:trial.title'),
      status: more.faults ? 422 : 200,
      noindex: true,
      data: {
        itemId: item.id,
        version,
        questions: questionFields([question], language),
        form: formOf({ words, values: more.values ?? {}, ...(more.faults ? { faults: more.faults } : {}) }),
        trial: more.trial && trialView(more.trial, words),
      },
    });
  };

  const tryOut: RequestHandler = async (request, response) => {
    const { item } = await load(request);
    const which = { itemId: item.id, version: versionIn(request.params.version) };
    try {
      const sent = sentAnswers(request.body, [await items.asShown(which)]);
      const trial = await items.tryOut(which, sent);
      await showTrial(request, response, { values: request.body, trial });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid-input') throw error;
      await showTrial(request, response, { values: request.body, faults: error.errors });
    }
  };

  const back = (response: Response, itemId: string): void =>
    response.redirect(303, `/${contextOf(response).language}/staff/items/${itemId}`);

  const publish: RequestHandler = async (request, response) => {
    const { item } = await load(request);
    const { version } = (request.body ?? {}) as { version?: unknown };
    await items.publish({ itemId: item.id, version: versionIn(version), by: accountOf(request).id });
    back(response, item.id);
  };

  const retire: RequestHandler = async (request, response) => {
    const { item } = await load(request);
    await items.retire({ itemId: item.id, by: accountOf(request).id });
    back(response, item.id);
  };

  const restore: RequestHandler = async (request, response) => {
    const { item } = await load(request);
    await items.restore({ itemId: item.id, by: accountOf(request).id });
    back(response, item.id);
  };

  const router = Router();
  router.use('/staff/items', author);
  router.get('/staff/items', (request, response) => showList(request, response));
  router.post('/staff/items/publish', publishChosen);
  router.get('/staff/items/new', editing.showNew);
  router.post('/staff/items', editing.create);
  router.use(createItemExchangePages(deps));
  router.get('/staff/items/:itemId', showItem);
  router.get('/staff/items/:itemId/edit', editing.showEdit);
  router.post('/staff/items/:itemId', editing.revise);
  router.get('/staff/items/:itemId/versions/:version', (request, response) => showTrial(request, response));
  router.post('/staff/items/:itemId/versions/:version', tryOut);
  router.post('/staff/items/:itemId/publish', publish);
  router.post('/staff/items/:itemId/retire', retire);
  router.post('/staff/items/:itemId/restore', restore);
  return router;
};
