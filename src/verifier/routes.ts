import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import { contextOf } from '../platform/http/context.ts';
import { validate } from '../platform/http/validate.ts';
import type { CheckName, Report } from './report.ts';
import { credentialOptions, presentationOptions, readOptions } from './request.ts';
import { credentialResult, presentationResult } from './verification-result.ts';
import type { Occasion, PresentationReport } from './verify-presentation.ts';

const given = z.unknown().refine((value) => value !== undefined, 'field-required');
const credentialRequest = z.strictObject({
  verifiableCredential: given,
  options: z.looseObject({}).optional(),
});
const presentationRequest = z.strictObject({
  verifiablePresentation: given,
  options: z.looseObject({}).optional(),
});

type VerifierRoutes = {
  verify(input: unknown, asked: readonly CheckName[]): Promise<Report>;
  verifyPresentation(
    input: unknown,
    occasion: Occasion,
    asked: readonly CheckName[],
  ): Promise<PresentationReport>;
};

const jsonOf = (req: Request): unknown => {
  if (req.is('application/json') === false) throw new DomainError('unsupported-type', 'unsupported-type');
  return req.body ?? {};
};

const answer = (res: Response, refused: boolean, body: object): void => {
  res
    .set('Cache-Control', 'no-store')
    .status(refused ? 422 : 200)
    .json(body);
};

/** A bad structure or signature is the caller's fault; a true but withdrawn credential is an answer. */
const isRefused = ({ verdict }: Report): boolean =>
  verdict === 'unsupported_format' || verdict === 'not_authentic';

/** VCALM 1.0, 3.3: public, rate-limited by the composition, without cookie. */
export const createVerifierRoutes = ({ verify, verifyPresentation }: VerifierRoutes): Router => {
  const router = Router();

  const credential: RequestHandler = async (req, res) => {
    const { verifiableCredential, options } = validate(credentialRequest, jsonOf(req));
    const wanted = readOptions(credentialOptions, options);
    const report = await verify(verifiableCredential, wanted.checks);
    answer(res, isRefused(report), {
      ...credentialResult(report, wanted, contextOf(res).words),
      ...(wanted.returnCredential ? { credential: verifiableCredential } : {}),
    });
  };

  const presentation: RequestHandler = async (req, res) => {
    const { verifiablePresentation, options } = validate(presentationRequest, jsonOf(req));
    const { challenge, domain, ...wanted } = readOptions(presentationOptions, options);
    const report = await verifyPresentation(verifiablePresentation, { challenge, domain }, wanted.checks);
    answer(res, report.refused || report.credentials.some(isRefused), {
      ...presentationResult(report, { challenge, domain, ...wanted }, contextOf(res).words),
      ...(wanted.returnPresentation ? { verifiablePresentation } : {}),
    });
  };

  router.post('/credentials/verify', credential);
  router.post('/presentations/verify', presentation);
  return router;
};
