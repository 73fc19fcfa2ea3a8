import type { Router } from 'express';
import type { Connection } from 'mongoose';
import { readIdentifier } from '../../issuer/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import type { Random } from '../../platform/random.ts';
import type { Report } from '../../verifier/index.ts';
import { hashOf } from '../claim-link.ts';
import { presentationLink } from './authorization-request.ts';
import { newPresentationRequest, type PresentationOutcome, requestSecretOf } from './presentation-request.ts';
import { createReceivePresentation } from './receive-presentation.ts';
import { createRequestStore, type RequestStore } from './request-store.ts';
import { createPresentingRoutes } from './routes.ts';

type PresentingDeps = {
  config: { baseUrl: string };
  connection: Connection;
  clock: Clock;
  random: Random;
  limits: Pick<RateLimits, 'perAddress'>;
  verify(credential: unknown): Promise<Report>;
};

/** A request as its asker sees it. */
export type ShownRequest = {
  /** Opens a wallet; also drawn as a code for the wallet on another device. */
  link: string;
  expiresAt: Date;
  /** Nothing as long as no wallet answered. */
  outcome: PresentationOutcome | undefined;
};

export type Presenting = {
  /** Asks for one presentation; answers the secret of the page that will show what came of it. */
  ask(): Promise<string>;
  /** @throws DomainError `presentation-request-ended` */
  show(page: string): Promise<ShownRequest>;
};

/** Somebody asks a holder to present a certificate from a wallet (OpenID4VP 1.0). */
export const createPresenting = (
  deps: PresentingDeps,
): { presenting: Presenting; routes: Router; requests: RequestStore } => {
  const { clock, random } = deps;
  const { baseUrl } = deps.config;
  const requests = createRequestStore(deps.connection);

  const numberOf = (credentialId: string): string | undefined => {
    const ours = `${baseUrl}/v/`;
    const read = readIdentifier(credentialId.startsWith(ours) ? credentialId.slice(ours.length) : '');
    return read.outcome === 'read' ? read.identifier : undefined;
  };

  const receive = createReceivePresentation({ requests, clock, baseUrl, verify: deps.verify, numberOf });
  return {
    presenting: {
      ask: async () => {
        const { request, page } = newPresentationRequest({ random, now: clock.now() });
        await requests.add(request);
        return page;
      },
      show: async (page) => {
        const request = await requests.byPage(hashOf(page), clock.now());
        if (!request) throw new DomainError('gone', 'presentation-request-ended');
        const { expiresAt, outcome } = request;
        return { link: presentationLink(requestSecretOf(page), baseUrl), expiresAt, outcome };
      },
    },
    routes: createPresentingRoutes({ limits: deps.limits, receive }),
    requests,
  };
};
