import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Desk } from '../../desk/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { DomainError, type FieldFault, invalid } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { allowCamera } from '../../platform/http/security-headers.ts';
import { type Input, maxInputBytes, type Verifier } from '../../verifier/index.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import type { Render } from '../render.ts';
import { createVerifyAnswers } from './verify-answers.ts';

type VerifyDeps = {
  render: Render;
  desk: Pick<Desk, 'lookUp' | 'examine'>;
  verifier: Pick<Verifier, 'verify' | 'listedIssuers'>;
  limits: RateLimits;
  config: Pick<Config, 'baseUrl'>;
  clock: Clock;
};

/** Generous for a person with a stack of certificates, slow for a program that tries numbers. */
export const verifyLimit = { name: 'verify', points: 120, seconds: 60, shared: false };
const uploadLimit = { name: 'verify-upload', points: 30, seconds: 60, shared: false };

const formLimits = { maxFileBytes: maxInputBytes, maxFieldBytes: maxInputBytes, maxFiles: 1 };
/** Longer than any number or address of one, shorter than any trouble. */
const maxTyped = 500;
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
  'image/png',
  'image/jpeg',
];
const rawBody = express.raw({ type: rawTypes, limit: maxInputBytes });

/** Looking up a number and checking what was brought: for anybody, without cookie, account or trace. */
export const createVerifyPages = (deps: VerifyDeps): Router => {
  const { desk, verifier, limits } = deps;
  const router = Router();
  const { show, showFinding } = createVerifyAnswers({ ...deps, listedIssuers: verifier.listedIssuers });

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

  const byIdentifier: RequestHandler<{ identifier: string }> = async (request, response) => {
    const found = await desk.lookUp(request.params.identifier.slice(0, maxTyped));
    if (found.kind !== 'unreadable') showFinding(request, response, found);
  };

  const lookUp: RequestHandler = async (request, response) => {
    const typed = request.query.identifier;
    if (typeof typed !== 'string') return showForm(request, response);
    const found = await desk.lookUp(typed.slice(0, maxTyped));
    if (found.kind === 'unreadable' || (found.kind === 'unknown' && found.why === 'not-a-number')) {
      const fault = { pointer: '/identifier', code: 'verify-not-an-identifier' };
      return refuse(request, response, fault, { identifier: typed.slice(0, maxTyped) });
    }
    const { language } = contextOf(response);
    response.redirect(303, `/${language}/v/${encodeURIComponent(found.identifier ?? typed)}`);
  };

  const examine = async (
    request: Request,
    response: Response,
    input: Input,
    sent: { field: string; values: object },
  ): Promise<void> => {
    const found = await desk.examine(input);
    if (found.kind !== 'unreadable') return showFinding(request, response, found);
    refuse(request, response, { pointer: `/${sent.field}`, code: `verify-${found.reason}` }, sent.values);
  };

  const submitForm = async (request: Request, response: Response): Promise<void> => {
    const { fields, files } = await readUpload(request, formLimits);
    const { credential } = fields;
    if (files.file || credential === undefined) {
      const input: Input = { kind: 'file', bytes: files.file ?? new Uint8Array() };
      return examine(request, response, input, { field: 'file', values: {} });
    }
    const values = credential.length <= maxEchoed ? { credential } : {};
    await examine(request, response, { kind: 'text', text: credential }, { field: 'credential', values });
  };

  const submit: RequestHandler = async (request, response) => {
    if (Buffer.isBuffer(request.body)) {
      const input: Input = { kind: 'file', bytes: new Uint8Array(request.body) };
      return examine(request, response, input, { field: 'file', values: {} });
    }
    if (request.is('application/json')) {
      const { body: credential } = request;
      const report = await verifier.verify(credential);
      return showFinding(request, response, { kind: 'report', report, credential, identifier: undefined });
    }
    try {
      await submitForm(request, response);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'too-large')) throw error;
      refuse(request, response, { pointer: '/file', code: 'verify-too-large' }, {});
    }
  };

  router.use('/verify', allowCamera);
  router.get('/verify', limits.perAddress(verifyLimit), lookUp);
  router.post('/verify', limits.perAddress(uploadLimit), rawBody, submit);
  router.get('/v/:identifier', limits.perAddress(verifyLimit), byIdentifier);
  return router;
};
