import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import { validate } from '../platform/http/validate.ts';
import type { Report } from './report.ts';

/** VCALM 1.0, "Verify a credential". `checks` is what the public suites send; unknown members are refused. */
const request = z.strictObject({
  verifiableCredential: z.unknown().refine((value) => value !== undefined, 'field-required'),
  options: z.strictObject({ checks: z.array(z.string()).optional() }).optional(),
});

/** A bad structure or signature is the caller's fault; a true but withdrawn credential is an answer. */
const statusOf = ({ verdict }: Report): number =>
  verdict === 'unsupported_format' || verdict === 'not_authentic' ? 422 : 200;

/** `verified` is true for nothing but the verdict that says so: the report never hides a set status bit behind it. */
export const toVerificationResult = (report: Report) => ({
  verified: report.verdict === 'verified' || report.verdict === 'verified_other_issuer',
  verdict: report.verdict,
  checkedAt: report.checkedAt,
  checks: report.checks,
  ...(report.revocation ? { revocation: report.revocation } : {}),
});

/** `POST /credentials/verify`. Public, rate-limited by the composition, without cookie. */
export const createVerifierRoutes = (verify: (input: unknown) => Promise<Report>): Router => {
  const router = Router();
  const handler: RequestHandler = async (req, res) => {
    if (req.is('application/json') === false) throw new DomainError('unsupported-type', 'unsupported-type');
    const { verifiableCredential } = validate(request, req.body ?? {});
    const report = await verify(verifiableCredential);
    res.set('Cache-Control', 'no-store').status(statusOf(report)).json(toVerificationResult(report));
  };
  router.post('/credentials/verify', handler);
  return router;
};
