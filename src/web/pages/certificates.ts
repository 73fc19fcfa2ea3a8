import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireSignIn } from '../../accounts/index.ts';
import { productOfRenewal } from '../../billing/index.ts';
import {
  type Certificate,
  hasExpired,
  type Issuer,
  isSigned,
  revocationOf,
  showsResult,
  suspensionOf,
  visibilities,
} from '../../issuer/index.ts';
import type { Learning } from '../../learning/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { validate } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { linkedInUrl } from '../linkedin.ts';
import type { Render } from '../render.ts';
import { createCertificateLifePages } from './certificate-life.ts';
import type { PriceOf } from './learn-deps.ts';

type CertificatePagesDeps = {
  render: Render;
  issuer: Pick<
    Issuer,
    | 'certificate'
    | 'certificatesOf'
    | 'rendition'
    | 'bakedBadge'
    | 'credentialFile'
    | 'canDraw'
    | 'problem'
    | 'showResult'
    | 'lifetime'
    | 'corrections'
  >;
  learning: Pick<Learning, 'renew' | 'renewalOf'>;
  clock: Clock;
  renewalPriceOf: PriceOf;
  config: Pick<Config, 'baseUrl' | 'operator'>;
};

type Held = Exclude<Certificate, { state: 'redacted' }>;

const mediaTypes = {
  pdf: 'application/pdf',
  png: 'image/png',
  json: 'application/vc',
  svg: 'image/svg+xml',
} as const;
type MediaKind = keyof typeof mediaTypes;
type FileKind = Exclude<MediaKind, 'svg'>;

const statusKinds = {
  issuing: 'could-not-check',
  valid: 'verified',
  suspended: 'expired',
  revoked: 'not-valid',
} as const;

const statusView = (certificate: Held, now: Date, words: Words) => {
  if (certificate.state === 'valid' && certificate.validUntil && hasExpired(certificate, now)) {
    const date = formats(words.language).date(certificate.validUntil);
    return { kind: 'expired', text: words('certificates:status.expired', { date }) };
  }
  const { at } = revocationOf(certificate) ?? suspensionOf(certificate) ?? {};
  const date = at ? formats(words.language).date(at) : '';
  return {
    kind: statusKinds[certificate.state],
    text: words(`certificates:status.${certificate.state}`, { date }),
  };
};

const choiceForm = z.strictObject({ show: z.enum(['yes', 'no']) });

/** What the holder may show or keep; nothing where there is no result, or no certificate in force. */
const resultView = (certificate: Held, words: Words) => {
  if (certificate.state !== 'valid' || !certificate.result) return undefined;
  const { percent } = formats(words.language);
  const { score, passMark } = certificate.result;
  return {
    text: words('certificates:result.yours', { score: percent(score), passMark: percent(passMark) }),
    shown: showsResult(certificate),
  };
};

/** What holders copy into profiles and pages of their own. */
const sharingOf = (
  certificate: Held,
  { address, baseUrl, operator }: { address: string; baseUrl: string; operator: string },
  words: Words,
) => {
  if (certificate.state !== 'valid' || certificate.visibility === 'private') return undefined;
  const { wording, awardedAt, validUntil, identifier } = certificate;
  const { date } = formats(words.language);
  const embed = `${baseUrl}/${words.language}/v/${identifier}/embed`;
  const title = words('share:holder.link-text', { achievement: wording.name });
  const safe = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return {
    linkedIn: linkedInUrl({
      name: wording.name,
      organizationName: operator,
      awardedAt,
      validUntil,
      certUrl: address,
      certId: identifier,
    }),
    fields: [
      { key: 'name', value: wording.name },
      { key: 'organization', value: operator },
      { key: 'issued', value: date(awardedAt) },
      ...(validUntil ? [{ key: 'expires', value: date(validUntil) }] : []),
      { key: 'id', value: identifier },
      { key: 'url', value: address },
    ],
    frame: `<iframe src="${embed}" title="${safe}" width="360" height="200" loading="lazy" referrerpolicy="no-referrer"></iframe>`,
    link: `<a href="${address}">${safe}</a>`,
  };
};

const cardOf = (certificate: Held, now: Date, words: Words) => ({
  identifier: certificate.identifier,
  name: certificate.wording.name,
  language: certificate.language,
  awardedAt: certificate.awardedAt,
  status: statusView(certificate, now, words),
});

const doneOf = (query: unknown): string | undefined =>
  query === 'name' || query === 'visibility' ? query : undefined;

const visibilityForm = (certificate: Held, words: Words) => ({
  options: visibilities.map((value) => ({
    value,
    label: words(`certificates:visibility.${value}`),
    hint: words(`certificates:visibility.${value}-hint`),
  })),
  form: formOf({ values: { visibility: certificate.visibility ?? 'link' }, words }),
});

/** The same bytes every time, so the browser that has them is told so in a few bytes (RFC 9110, 8.8.3). */
const sendFile = (response: Response, kind: MediaKind, filename: string, bytes: Uint8Array): void => {
  const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  response.attachment(filename);
  response.set({ 'Cache-Control': 'private, no-cache', ETag: `"${tag}"` });
  response.type(mediaTypes[kind]).send(Buffer.from(bytes));
};

/** What one has earned: to see, to keep, to show. Somebody else's certificate does not exist here. */
export const createCertificatePages = (deps: CertificatePagesDeps): Router => {
  const { render, issuer, learning, clock, config } = deps;
  const router = Router();

  const heldBy = async (request: Request): Promise<Held> => {
    const certificate = await issuer.certificate(String(request.params.identifier));
    if (!certificate || certificate.state === 'redacted') throw notFound();
    if (certificate.accountId !== accountOf(request).id) throw notFound();
    return certificate;
  };

  /** What its end means to the holder; nothing where it has none, or does not stand. */
  const renewalView = async (certificate: Held) => {
    const { identifier, accountId, validUntil, renewableFrom: from, renewedBy, courseId } = certificate;
    if (certificate.state !== 'valid' || !validUntil || !accountId) return undefined;
    const now = clock.now();
    const enrolmentId = from && (await issuer.lifetime.enrolmentBehind(identifier));
    const asked = enrolmentId && (await learning.renewalOf({ accountId, enrolmentId }));
    const early = from !== undefined && now < from;
    const isPaid = asked && asked.payment === 'paid';
    const price = isPaid ? await deps.renewalPriceOf(courseId) : undefined;
    const product = isPaid && price ? productOfRenewal(courseId) : undefined;
    const over = validUntil < now;
    return { validUntil, over, from, early, renewedBy, courseId, asked, isPaid, price, product };
  };

  const list: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const held = await issuer.certificatesOf(accountOf(request).id);
    const data = {
      // One that was replaced lives on in the one that took its place.
      certificates: held.flatMap((each) =>
        each.state === 'redacted' || each.supersededBy ? [] : [cardOf(each, clock.now(), words)],
      ),
    };
    render(request, response, { view: 'certificates/list', title: words('certificates:title'), data });
  };

  const show: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const certificate = await heldBy(request);
    if (certificate.supersededBy) {
      const path = `/${contextOf(response).language}/certificates/${certificate.supersededBy}`;
      return response.redirect(303, path);
    }
    // As it was signed, whatever address the service has now.
    const address = isSigned(certificate)
      ? String(certificate.credential.id)
      : `${config.baseUrl}/v/${certificate.identifier}`;
    const data = {
      certificate,
      status: statusView(certificate, clock.now(), words),
      done: doneOf(request.query.done),
      renewal: await renewalView(certificate),
      visibility: visibilityForm(certificate, words),
      signed: isSigned(certificate),
      drawable: issuer.canDraw(certificate),
      delayed: issuer.problem() !== undefined,
      address,
      sharing: sharingOf(
        certificate,
        { address, baseUrl: config.baseUrl, operator: config.operator.name },
        words,
      ),
      result: resultView(certificate, words),
      reason:
        certificate.state === 'revoked'
          ? words(`certificates:reasons.${certificate.revocation.reason}`)
          : undefined,
      suspendedFor:
        certificate.state === 'suspended'
          ? words(`certificates:suspensions.${certificate.suspension.reason}`)
          : undefined,
    };
    render(request, response, {
      view: isSigned(certificate) ? 'certificates/certificate' : 'certificates/preparing',
      title: certificate.wording.name,
      wide: isSigned(certificate),
      data,
    });
  };

  const download =
    (kind: FileKind): RequestHandler =>
    async (request, response) => {
      const { words } = contextOf(response);
      const { identifier } = await heldBy(request);
      const bytes =
        kind === 'json' ? await issuer.credentialFile(identifier) : await issuer.rendition(identifier, kind);
      sendFile(response, kind, `${words('certificates:file')}-${identifier}.${kind}`, bytes);
    };

  const downloadBadge =
    (kind: 'png' | 'svg'): RequestHandler =>
    async (request, response) => {
      const { words } = contextOf(response);
      const { identifier } = await heldBy(request);
      const bytes = await issuer.bakedBadge(identifier, kind);
      sendFile(response, kind, `${words('certificates:badge-file')}-${identifier}.${kind}`, bytes);
    };

  const showResult: RequestHandler = async (request, response) => {
    const { identifier } = await heldBy(request);
    const { show } = validate(choiceForm, request.body);
    await issuer.showResult({ identifier, accountId: accountOf(request).id, show: show === 'yes' });
    response.redirect(303, `/${contextOf(response).language}/certificates/${identifier}#result`);
  };

  router.use('/certificates', requireSignIn);
  router.use(createCertificateLifePages(deps));
  router.get('/certificates', list);
  router.get('/certificates/:identifier.pdf', download('pdf'));
  router.get('/certificates/:identifier.png', download('png'));
  router.get('/certificates/:identifier.json', download('json'));
  router.get('/certificates/:identifier/badge.png', downloadBadge('png'));
  router.get('/certificates/:identifier/badge.svg', downloadBadge('svg'));
  router.post('/certificates/:identifier/result', showResult);
  router.get('/certificates/:identifier', show);
  return router;
};
