import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { readIdentifier as ReadIdentifier } from '../../issuer/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { DomainError, type FieldFault, invalid } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { type Input, maxInputBytes, type Report, readInput, type Verifier } from '../../verifier/index.ts';
import type { CertificateVerdicts, ErasedRecord } from '../certificate-verdicts.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import type { Page, Render } from '../render.ts';
import { erasedView, reportView } from './verify-view.ts';

type VerifyDeps = {
  render: Render;
  verifier: Verifier;
  verdicts: CertificateVerdicts;
  readIdentifier: typeof ReadIdentifier;
  limits: RateLimits;
  config: Pick<Config, 'baseUrl'>;
  clock: Clock;
};

/** Generous for a person with a stack of certificates, slow for a program that tries numbers. */
export const verifyLimit = { name: 'verify', points: 120, seconds: 60, shared: false };
const uploadLimit = { name: 'verify-upload', points: 30, seconds: 60, shared: false };

const formLimits = { maxFileBytes: maxInputBytes, maxFieldBytes: maxInputBytes, maxFiles: 1 };
/** Longer than any number, shorter than any trouble. */
const maxTyped = 200;
/** Pasted text is shown again beside its fault, unless that would make the page heavy. */
const maxEchoed = 100_000;

/** Types that a program may send as they are; `application/json` has been parsed before. */
const rawTypes = [
  'application/pdf',
  'application/vc',
  'application/vc+jwt',
  'application/vp+jwt',
  'application/jwt',
  'application/ld+json',
  'application/octet-stream',
];
const rawBody = express.raw({ type: rawTypes, limit: maxInputBytes });

/** A number, or the address of a verification page as it was copied. */
const numberIn = (typed: string): string => /\/v\/([^/?#\s]+)/.exec(typed)?.[1] ?? typed;

/** Looking up a number and checking what was brought: for anybody, without cookie, account or trace. */
export const createVerifyPages = (deps: VerifyDeps): Router => {
  const { verifier, verdicts, limits, config, clock } = deps;
  const router = Router();
  const host = new URL(config.baseUrl).host;

  /** Answers are of this moment, and for the one who asked. */
  const show = (request: Request, response: Response, page: Page): void => {
    response.set('Cache-Control', 'no-store').vary('Accept');
    deps.render(request, response, { ...page, data: { ...page.data, host } });
  };

  const showForm = (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
    values: object = {},
  ): void => {
    const { words } = contextOf(response);
    const labels = {
      identifier: words('verify:form.identifier'),
      credential: words('verify:form.credential'),
      file: words('verify:form.file'),
    };
    show(request, response, {
      view: 'verify/form',
      title: words('verify:title'),
      status: faults.length > 0 ? 422 : 200,
      data: {
        form: formOf({ values, faults, words, labels }),
        pasted: faults.some(({ pointer }) => pointer === '/credential'),
      },
    });
  };

  const refuse = (request: Request, response: Response, fault: FieldFault, values: object): void => {
    if (!wantsHtml(request)) throw invalid([fault]);
    showForm(request, response, [fault], values);
  };

  const answer = (request: Request, response: Response, status: number, body: object): boolean => {
    if (wantsHtml(request)) return false;
    response.set('Cache-Control', 'no-store').vary('Accept').status(status).json(body);
    return true;
  };

  const showReport = (request: Request, response: Response, report: Report, identifier?: string): void => {
    if (answer(request, response, 200, { identifier, ...report })) return;
    const view = reportView(report, identifier, contextOf(response).words);
    const data = { report: view };
    show(request, response, { view: 'verify/report', title: view.title, noindex: true, data });
  };

  const showUnknown = (
    request: Request,
    response: Response,
    identifier: string,
    why: 'mistyped' | 'not-a-number' | 'not-ours',
  ): void => {
    const body = { identifier, verdict: 'unknown_identifier', why, checkedAt: clock.now(), checks: [] };
    if (answer(request, response, 404, body)) return;
    const { words } = contextOf(response);
    show(request, response, {
      view: 'verify/unknown',
      title: words('verify:unknown.title'),
      status: 404,
      noindex: true,
      data: {
        why,
        kind: why === 'not-ours' ? 'not-valid' : 'could-not-check',
        form: formOf({ values: { identifier }, words }),
      },
    });
  };

  const showErased = (
    request: Request,
    response: Response,
    record: ErasedRecord,
    identifier: string,
  ): void => {
    const verdict = record.revocation ? 'not_valid' : 'holder_erased';
    const { kind: _kind, ...known } = record;
    const body = { identifier, verdict, checkedAt: clock.now(), checks: [], ...known };
    if (answer(request, response, 200, body)) return;
    const view = erasedView(record, identifier, contextOf(response).words);
    const data = { erased: view };
    show(request, response, { view: 'verify/erased', title: view.title, noindex: true, data });
  };

  /** What stands in our register under a number; a page that bears it and has lost its record is compared with that. */
  const showRecord = async (
    request: Request,
    response: Response,
    identifier: string,
    pdf?: Uint8Array,
  ): Promise<void> => {
    const verdict = await verdicts.of(identifier);
    if (verdict.kind === 'unknown') return showUnknown(request, response, identifier, 'not-ours');
    if (verdict.kind === 'erased') return showErased(request, response, verdict.record, identifier);
    const { report, credential } = verdict;
    const compared = pdf && (await verifier.compareSheet(report, { pdf, credential, record: 'fetched' }));
    showReport(request, response, compared ?? report, identifier);
  };

  const byIdentifier: RequestHandler<{ identifier: string }> = async (request, response) => {
    const typed = request.params.identifier.slice(0, maxTyped);
    const read = deps.readIdentifier(typed);
    if (read.outcome !== 'read') {
      const why = read.outcome === 'mistyped' ? 'mistyped' : 'not-a-number';
      return showUnknown(request, response, typed, why);
    }
    await showRecord(request, response, read.identifier);
  };

  const lookUp: RequestHandler = (request, response) => {
    const typed = request.query.identifier;
    if (typeof typed !== 'string') return showForm(request, response);
    const number = numberIn(typed.slice(0, maxTyped)).trim();
    const read = deps.readIdentifier(number);
    if (read.outcome === 'not-an-identifier') {
      const fault = { pointer: '/identifier', code: 'verify-not-an-identifier' };
      return refuse(request, response, fault, { identifier: typed.slice(0, maxTyped) });
    }
    const shown = read.outcome === 'read' ? read.identifier : number;
    response.redirect(303, `/${contextOf(response).language}/v/${encodeURIComponent(shown)}`);
  };

  const verifyInput = async (
    request: Request,
    response: Response,
    input: Input,
    sent: { field: string; values: object },
  ): Promise<void> => {
    const read = await readInput(input);
    const pdf = input.kind === 'file' ? input.bytes : new Uint8Array();
    if (read.ok) {
      const found = await verifier.verify(read.document);
      const report: Report = read.presented ? { ...found, presented: true } : found;
      const question = { pdf, credential: read.document, record: 'attached' } as const;
      const compared = read.from === 'pdf' ? await verifier.compareSheet(report, question) : report;
      return showReport(request, response, compared);
    }
    const number = read.reason === 'pdf-without-credential' ? await verifier.numberOn(pdf) : undefined;
    if (number) return showRecord(request, response, number, pdf);
    refuse(request, response, { pointer: `/${sent.field}`, code: `verify-${read.reason}` }, sent.values);
  };

  const submitForm = async (request: Request, response: Response): Promise<void> => {
    const { fields, files } = await readUpload(request, formLimits);
    const { credential } = fields;
    if (files.file || credential === undefined) {
      const input: Input = { kind: 'file', bytes: files.file ?? new Uint8Array() };
      return verifyInput(request, response, input, { field: 'file', values: {} });
    }
    const values = credential.length <= maxEchoed ? { credential } : {};
    await verifyInput(request, response, { kind: 'text', text: credential }, { field: 'credential', values });
  };

  const submit: RequestHandler = async (request, response) => {
    if (Buffer.isBuffer(request.body)) {
      const input: Input = { kind: 'file', bytes: new Uint8Array(request.body) };
      return verifyInput(request, response, input, { field: 'file', values: {} });
    }
    if (request.is('application/json')) {
      return showReport(request, response, await verifier.verify(request.body));
    }
    try {
      await submitForm(request, response);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'too-large')) throw error;
      refuse(request, response, { pointer: '/file', code: 'verify-too-large' }, {});
    }
  };

  router.get('/verify', limits.perAddress(verifyLimit), lookUp);
  router.post('/verify', limits.perAddress(uploadLimit), rawBody, submit);
  router.get('/v/:identifier', limits.perAddress(verifyLimit), byIdentifier);
  return router;
};
