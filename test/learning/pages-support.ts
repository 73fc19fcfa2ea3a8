import { type RequestHandler, Router } from 'express';
import type { Language } from '../../src/platform/i18n.ts';
import { createLearnPages } from '../../src/web/pages/learn.ts';
import { createAttemptSaves } from '../../src/web/pages/learn-attempt-save.ts';
import { clock, pageApp } from '../support/pages.ts';
import type { World } from './support.ts';

/** The pages of learning for one person, without sessions: who is signed in is given. */
export const learnPages = ({ learning }: Pick<World, 'learning'>, accountId?: string) =>
  pageApp({
    viewer: accountId ? { givenName: 'Ana', familyName: 'Õunapuu', roles: ['learner'] } : undefined,
    routes: (render) => {
      const deps = {
        render,
        baseUrl: 'http://certificates.example',
        learning,
        requireSignIn: ((_request, response, next) =>
          accountId ? next() : response.redirect(303, '/en/sign-in')) as RequestHandler,
        accountOf: () => (accountId ? { id: accountId } : undefined),
        priceOf: async () => ({ grossMinor: 4900, currency: 'EUR' }),
        renewalPriceOf: async () => undefined,
        nameOf: async () => 'Ana Õunapuu',
      };
      return [
        Router().use((request, _response, next) => {
          // What the session router does for real requests with JSON.
          if (request.is('application/json')) {
            let text = '';
            request.setEncoding('utf8');
            request.on('data', (part: string) => {
              text += part;
            });
            request.on('end', () => {
              request.body = JSON.parse(text);
              next();
            });
          } else next();
        }),
        Router().use((request, _response, next) => {
          // The check of the token takes it out of the form.
          if (request.body) delete request.body._csrf;
          next();
        }),
        createAttemptSaves({ ...deps, clock }).routes,
        createLearnPages(deps),
      ];
    },
  });

export const languages: readonly Language[] = ['en', 'fr'];
