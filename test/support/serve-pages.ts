import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import { DomainError } from '../../src/platform/errors.ts';
import { createDevMailPages } from '../../src/web/pages/dev-mail.ts';
import { createHomePages } from '../../src/web/pages/home.ts';
import { createProblemPages } from '../../src/web/pages/problems.ts';
import { createStyleguidePages } from '../../src/web/pages/styleguide.ts';
import { clock, config, pageApp, translations } from './pages.ts';

// node test/support/serve-pages.ts [mailDir] [learner|staff]: the pages that need no database, for looking at them.
const [mailDir = 'var/mail', person] = process.argv.slice(2);
const viewer = person && {
  givenName: 'Zoé',
  familyName: 'Šťastná',
  roles: person === 'staff' ? ['learner', 'examiner'] : ['learner'],
};

const failing = Router();
failing.get('/fails', () => {
  throw new Error('on purpose');
});
failing.get('/private', () => {
  throw new DomainError('unauthenticated', 'not-signed-in');
});

const app = pageApp({
  viewer: viewer || undefined,
  routes: (render) => [
    createHomePages({ render, operator: config.operator, baseUrl: config.baseUrl }),
    createProblemPages({ render, translations }),
    createStyleguidePages({ render, clock }),
    createDevMailPages({ render, mailDir }),
    failing,
  ],
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
