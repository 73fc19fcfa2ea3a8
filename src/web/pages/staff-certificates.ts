import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { type Accounts, accountOf, requireRole } from '../../accounts/index.ts';
import {
  type Certificate,
  enrolmentOf,
  type Issuer,
  isSuspendable,
  readIdentifier,
  revocationOf,
  revocationReasons,
  suspensionOf,
} from '../../issuer/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffCertificateDeps = {
  render: Render;
  issuer: Pick<Issuer, 'certificate' | 'certificatesOf' | 'newestCertificates' | 'revoke' | 'problem'>;
  accounts: Pick<Accounts, 'nameOf' | 'accountByEmail'>;
};

const shownAtMost = 50;

const searchForm = z.strictObject({ query: z.string().trim().min(1).max(254) });
const revokeForm = z.strictObject({
  reason: z.enum(revocationReasons),
  note: z.string().trim().max(500),
  sure: z.literal('yes', 'must-accept'),
});

const stateText = (certificate: Certificate, words: Words): string =>
  certificate.state === 'redacted' && certificate.revocation
    ? words('staff:certificates.erased-withdrawn')
    : words(`staff:certificates.states.${certificate.state}`);

/** What was done last, as the page tells it; only where the certificate bears it out. */
const doneOf = (certificate: Certificate, done: unknown): string | undefined => {
  const bornOut: Record<string, boolean> = {
    withdrawn: revocationOf(certificate) !== undefined,
    suspended: suspensionOf(certificate) !== undefined,
    lifted: certificate.state === 'valid',
  };
  return typeof done === 'string' && Object.hasOwn(bornOut, done) && bornOut[done] ? done : undefined;
};

const rowOf = (certificate: Certificate, words: Words) => ({
  identifier: certificate.identifier,
  holder: certificate.state === 'redacted' ? words('staff:certificates.nobody') : certificate.holderName,
  achievement: certificate.wording.name,
  language: certificate.language,
  awardedAt: certificate.awardedAt,
  state: stateText(certificate, words),
});

const canWithdraw = (certificate: Certificate): boolean =>
  certificate.state === 'valid' ||
  certificate.state === 'suspended' ||
  (certificate.state === 'redacted' && certificate.issuedAt !== undefined && !certificate.revocation);

/** The register of certificates, for examiners and administrators: look one up, withdraw it. */
export const createStaffCertificatePages = (deps: StaffCertificateDeps): Router => {
  const { render, issuer, accounts } = deps;
  const router = Router();
  const examiner = requireRole('examiner', 'administrator');

  const certificateIn = async (request: Request): Promise<Certificate> => {
    const certificate = await issuer.certificate(String(request.params.identifier));
    if (!certificate) throw notFound();
    return certificate;
  };

  type Listing = { found?: { query: string; certificates: readonly Certificate[] }; faults?: FieldFault[] };

  const showList = async (
    request: Request,
    response: Response,
    { found, faults = [] }: Listing = {},
  ): Promise<void> => {
    const { words } = contextOf(response);
    const listed = found?.certificates ?? (await issuer.newestCertificates(shownAtMost));
    render(request, response, {
      view: 'staff/certificates',
      title: words('staff:certificates.title'),
      status: faults.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        rows: listed.map((certificate) => rowOf(certificate, words)),
        query: found?.query,
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { query: words('staff:certificates.query') },
        }),
      },
    });
  };

  /** By number, by the address of its page, or by the holder's e-mail address. */
  const search: RequestHandler = async (request, response) => {
    const checked = check(searchForm, request.body);
    if (!checked.ok) return showList(request, response, { faults: [...checked.faults] });
    const { query } = checked.value;
    if (query.includes('@') && !query.includes('/')) {
      const account = await accounts.accountByEmail(query);
      const certificates = account ? await issuer.certificatesOf(account.id) : [];
      return showList(request, response, { found: { query, certificates } });
    }
    const read = readIdentifier(query.split('/v/').at(-1) ?? '');
    const certificate = read.outcome === 'read' ? await issuer.certificate(read.identifier) : undefined;
    if (!certificate) {
      const code = read.outcome === 'read' ? 'no-such-certificate' : 'verify-not-an-identifier';
      return showList(request, response, { faults: [{ pointer: '/query', code }] });
    }
    response.redirect(303, `/${contextOf(response).language}/staff/certificates/${certificate.identifier}`);
  };

  const show: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const certificate = await certificateIn(request);
    const [revocation, suspension] = [revocationOf(certificate), suspensionOf(certificate)];
    const nameOf = async (id: string): Promise<string> => (await accounts.nameOf(id)) ?? id;
    const done = doneOf(certificate, request.query.done);
    render(request, response, {
      view: 'staff/certificate',
      title: words('staff:certificates.detail', { number: certificate.identifier.slice(0, 4) }),
      noindex: true,
      data: {
        certificate,
        row: rowOf(certificate, words),
        enrolment: enrolmentOf(certificate),
        revocation: revocation && {
          ...revocation,
          by: await nameOf(revocation.by),
          reason: words(`certificates:reasons.${revocation.reason}`),
        },
        suspension: suspension && {
          ...suspension,
          by: await nameOf(suspension.by),
          reason: words(`certificates:suspensions.${suspension.reason}`),
        },
        canSuspend: isSuspendable(certificate),
        canWithdraw: canWithdraw(certificate),
        unsigned: certificate.state === 'issuing',
        done: done && { title: words(`staff:done.${done}`), text: words(`staff:done.${done}-text`) },
        pending: issuer.problem() !== undefined,
        administrator: accountOf(request).roles.includes('administrator'),
        trail: `/staff/audit?${new URLSearchParams({ target: `certificate:${certificate.identifier}` })}`,
      },
    });
  };

  const showRevoke = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const certificate = await certificateIn(request);
    if (!canWithdraw(certificate)) {
      return response.redirect(303, `/${language}/staff/certificates/${certificate.identifier}`);
    }
    const labels = {
      reason: words('staff:revoke.reason'),
      note: words('staff:revoke.note'),
      sure: words('staff:revoke.sure'),
    };
    render(request, response, {
      view: 'staff/revoke',
      title: words('staff:revoke.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        row: rowOf(certificate, words),
        reasons: revocationReasons.map((value) => ({
          value,
          label: words(`certificates:reasons.${value}`),
        })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const revoke: RequestHandler = async (request, response) => {
    const { identifier } = await certificateIn(request);
    const checked = check(revokeForm, request.body);
    if (!checked.ok) return showRevoke(request, response, checked.faults);
    const { reason, note } = checked.value;
    await issuer.revoke({ identifier, by: accountOf(request).id, reason, ...(note ? { note } : {}) });
    const { language } = contextOf(response);
    response.redirect(303, `/${language}/staff/certificates/${identifier}?done=withdrawn`);
  };

  router.use('/staff/certificates', examiner);
  router.get('/staff/certificates', (request, response) => showList(request, response));
  router.post('/staff/certificates', search);
  router.get('/staff/certificates/:identifier', show);
  router.get('/staff/certificates/:identifier/revoke', (request, response) => showRevoke(request, response));
  router.post('/staff/certificates/:identifier/revoke', revoke);
  return router;
};
