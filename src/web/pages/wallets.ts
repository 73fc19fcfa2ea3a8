import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireSignIn } from '../../accounts/index.ts';
import { type Certificate, type Issuer, isSigned } from '../../issuer/index.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { validate } from '../../platform/http/validate.ts';
import { type Interaction, linkMinutes, type OpenedInteraction, type Wallets } from '../../wallets/index.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';
import { qrDrawing } from './qr-drawing.ts';

type WalletPagesDeps = {
  render: Render;
  wallets: Wallets;
  issuer: Pick<Issuer, 'certificate'>;
  limits: Pick<RateLimits, 'perAddress'>;
};

/** Links are made and opened by people, a few at a time. */
const pageLimit = { name: 'claim-pages', points: 60, seconds: 60, shared: false };

/** The ways to a wallet, as `partials/wallet-ways.hbs` draws them. */
const waysOf = (interaction: Interaction) => ({
  ...interaction,
  // Wallets that read interaction URLs know no transaction code.
  code: interaction.needsTransactionCode ? undefined : qrDrawing(interaction.url),
  offerCode: qrDrawing(interaction.offer.byReference),
});

const makeForm = z.strictObject({ protect: z.literal('yes').optional() });

/**
 * The page behind a claim link: what it is for people, by which protocols it goes on for wallets (VCALM 1.0, 3.7.1).
 * Looking uses nothing up, since scanners of mail and messengers look too. Public, without cookie.
 */
export const createClaimPages = ({ render, wallets, issuer, limits }: WalletPagesDeps): Router => {
  const showEnded = (request: Request, response: Response): void =>
    render(request, response, {
      view: 'wallets/ended',
      title: contextOf(response).words('wallets:ended.title'),
      status: 410,
      noindex: true,
    });

  const showClaim: RequestHandler<{ secret: string }> = async (request, response) => {
    response.set('Cache-Control', 'no-store').vary('Accept');
    const html = wantsHtml(request);
    if (!html) response.set({ 'Access-Control-Allow-Origin': '*' });
    try {
      const interaction = await wallets.interaction(request.params.secret);
      if (!html) {
        response.json({ protocols: interaction.protocols });
        return;
      }
      const certificate = await issuer.certificate(interaction.identifier);
      render(request, response, {
        view: 'wallets/claim',
        title: contextOf(response).words('wallets:claim.title'),
        noindex: true,
        data: {
          ways: waysOf(interaction),
          achievement: certificate && { name: certificate.wording.name, language: certificate.language },
        },
      });
    } catch (error) {
      if (!(html && error instanceof DomainError && error.code === 'claim-link-ended')) throw error;
      showEnded(request, response);
    }
  };

  const router = Router();
  router.get('/claim/:secret', limits.perAddress(pageLimit), showClaim);
  return router;
};

/** Where holders make a claim link for a certificate of theirs, end it, and see what wallets took. */
export const createWalletPages = ({ render, wallets, issuer, limits }: WalletPagesDeps): Router => {
  const heldBy = async (request: Request): Promise<Certificate> => {
    const certificate = await issuer.certificate(String(request.params.identifier));
    if (!certificate || !isSigned(certificate)) throw notFound();
    if (certificate.accountId !== accountOf(request).id) throw notFound();
    return certificate;
  };

  const draw = async (
    request: Request,
    response: Response,
    certificate: Certificate,
    opened?: OpenedInteraction,
  ): Promise<void> => {
    const { identifier } = certificate;
    const { words } = contextOf(response);
    const standing = await wallets.standing(identifier, accountOf(request).id);
    render(request, response, {
      view: 'wallets/holder',
      title: words('wallets:title'),
      data: {
        certificate,
        form: formOf({ values: request.body, words }),
        standing: { ...standing, claims: [...standing.claims].reverse() },
        minutes: linkMinutes,
        ways: opened && waysOf(opened),
      },
    });
  };

  const show: RequestHandler = async (request, response) => draw(request, response, await heldBy(request));

  /** The link is shown in this one answer and never again: loading the page anew makes another. */
  const open: RequestHandler = async (request, response) => {
    const certificate = await heldBy(request);
    const { protect } = validate(makeForm, request.body ?? {});
    const choice = { withTransactionCode: protect === 'yes' };
    const interaction = await wallets.openLink(certificate.identifier, accountOf(request).id, choice);
    await draw(request, response, certificate, interaction);
  };

  const end: RequestHandler = async (request, response) => {
    const { identifier } = await heldBy(request);
    await wallets.endLink(identifier, accountOf(request).id);
    response.redirect(303, `/${contextOf(response).language}/certificates/${identifier}/wallet`);
  };

  const router = Router();
  const path = '/certificates/:identifier/wallet';
  router.get(path, requireSignIn, show);
  router.post(path, requireSignIn, limits.perAddress(pageLimit), open);
  router.post(`${path}/end`, requireSignIn, end);
  return router;
};
