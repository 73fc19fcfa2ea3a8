import type { Request, Response } from 'express';
import { type Finding, verdictOf } from '../../desk/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import type { ListedIssuer } from '../../verifier/index.ts';
import { formOf } from '../form.ts';
import type { Page, Render } from '../render.ts';
import { erasedView, openGraphOf, pathOf, reportView } from './verify-view.ts';

type Deps = {
  render: Render;
  config: Pick<Config, 'baseUrl'>;
  clock: Clock;
  listedIssuers: readonly ListedIssuer[];
};

type Found<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;
export type Answerable = Exclude<Finding, { kind: 'unreadable' }>;

/** How findings are told: as a page to people, as JSON to programs; of this moment, and for the one who asked. */
export const createVerifyAnswers = ({ render, config, clock, listedIssuers }: Deps) => {
  const host = new URL(config.baseUrl).host;

  /** Where the verdict on a printout comes from, in full. */
  const addressOf = (data: { identifier?: string } = {}): string =>
    `${config.baseUrl}${data.identifier ? `/v/${data.identifier}` : '/verify'}`;

  const show = (request: Request, response: Response, page: Page): void => {
    response.set('Cache-Control', 'no-store').vary('Accept');
    render(request, response, {
      ...page,
      data: { ...page.data, host, address: addressOf(page.data), now: clock.now() },
    });
  };

  const answer = (request: Request, response: Response, status: number, body: object): boolean => {
    if (wantsHtml(request)) return false;
    response.set('Cache-Control', 'no-store').vary('Accept').status(status).json(body);
    return true;
  };

  const showReport = (
    request: Request,
    response: Response,
    { report, identifier, register }: Found<'report'>,
  ): void => {
    const renewedBy = register?.renewedBy;
    if (answer(request, response, 200, { identifier, ...report, renewedBy })) return;
    const { words } = contextOf(response);
    const openGraph = register && openGraphOf(report, register.listed, words);
    // Of one that is not valid now, no network is to make a picture.
    const image =
      report.verdict === 'verified' ? { image: `${config.baseUrl}/v/${identifier}/card.png` } : {};
    const view = reportView(report, identifier, words, listedIssuers);
    show(request, response, {
      view: 'verify/report',
      title: view.title,
      noindex: !register?.listed || report.verdict !== 'verified',
      data: { report: view, identifier: view.identifier, renewedBy: renewedBy && pathOf(renewedBy) },
      ...(openGraph ? { openGraph: { ...openGraph, ...image } } : {}),
    });
  };

  const showPrivate = (request: Request, response: Response, finding: Found<'private'>): void => {
    const { identifier } = finding;
    const body = { identifier, verdict: verdictOf(finding), checkedAt: clock.now(), checks: [] };
    if (answer(request, response, 200, body)) return;
    const title = contextOf(response).words('verify:private.title');
    show(request, response, { view: 'verify/private', title, noindex: true, data: { identifier } });
  };

  const showUnknown = (request: Request, response: Response, finding: Found<'unknown'>): void => {
    const { identifier, why } = finding;
    const body = { identifier, verdict: 'unknown_identifier', why, checkedAt: clock.now(), checks: [] };
    if (answer(request, response, 404, body)) return;
    const { words } = contextOf(response);
    const own = `verify:unknown.${why}-title`;
    const title = words(words.has(own) ? own : 'verify:unknown.title');
    show(request, response, {
      view: 'verify/unknown',
      title,
      status: 404,
      noindex: true,
      data: {
        why,
        kind: why === 'not-ours' ? 'not-valid' : 'could-not-check',
        title,
        form: formOf({ values: { identifier }, words }),
        identifier: why === 'not-ours' ? identifier : undefined,
      },
    });
  };

  const showErased = (request: Request, response: Response, finding: Found<'erased'>): void => {
    const { record, identifier } = finding;
    const { kind: _kind, ...known } = record;
    const body = { identifier, verdict: verdictOf(finding), checkedAt: clock.now(), checks: [], ...known };
    if (answer(request, response, 200, body)) return;
    const view = erasedView(record, identifier, contextOf(response).words);
    const data = { erased: view, identifier };
    show(request, response, { view: 'verify/erased', title: view.title, noindex: true, data });
  };

  const showFinding = (request: Request, response: Response, finding: Answerable): void => {
    if (finding.kind === 'report') showReport(request, response, finding);
    else if (finding.kind === 'private') showPrivate(request, response, finding);
    else if (finding.kind === 'unknown') showUnknown(request, response, finding);
    else showErased(request, response, finding);
  };

  return { show, showFinding };
};
