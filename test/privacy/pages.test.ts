import { expect } from 'chai';
import request from 'supertest';
import { DomainError } from '../../src/platform/errors.ts';
import type { RateLimits } from '../../src/platform/http/rate-limits.ts';
import type { ErasureLine } from '../../src/privacy/index.ts';
import { createPrivacyPages } from '../../src/web/pages/privacy.ts';
import { createAccountPrivacyPages } from '../../src/web/pages/privacy-account.ts';
import { createStaffPrivacyPages } from '../../src/web/pages/staff-privacy.ts';
import { movingClock, openLimits, pagesFor, type Visitor } from './tools.ts';

const zoe = {
  id: 'zoe',
  roles: ['learner'],
  givenName: 'Zoé',
  familyName: 'Šťastná',
  email: 'z@example.org',
};
const both = (text: string) => ({ en: text, fr: text });

const plan: ErasureLine[] = [
  { module: 'learning', category: both('Attempts'), outcome: 'anonymised', records: 3 },
  {
    module: 'billing',
    category: both('Receipts'),
    outcome: 'retained',
    records: 1,
    because: both('The law obliges us.'),
    until: new Date('2037-01-01T00:00:00Z'),
  },
];

const accountPages = (visitor: Visitor, limits: RateLimits = openLimits()) => {
  const done: string[] = [];
  const app = pagesFor(visitor, (render) => [
    createAccountPrivacyPages({
      render,
      limits,
      clock: movingClock(),
      privacy: {
        exportFor: async (id, language) => new TextEncoder().encode(`zip of ${id} in ${language}`),
        planErasure: async () => plan,
        requestErasure: async (id, by) => void done.push(`erase ${id} by ${by}`),
      },
      accounts: {
        passwordMatches: async (id, password) => id === 'zoe' && password === 'right',
        assertMayClose: async () => undefined,
        signOut: async () => void done.push('sign out'),
      },
    }),
  ]);
  const erase = (fields: object) => request(app).post('/fr/account/privacy/erase').type('form').send(fields);
  return { app, done, erase };
};

describe('My data', () => {
  it('is for the signed-in person only', async () => {
    const { app, done } = accountPages({ session: {} });
    for (const path of ['/account/privacy', '/account/privacy/erase']) {
      const answer = await request(app).get(path).set('Accept', 'text/html');
      expect(answer.headers.location).to.match(/^\/en\/sign-in\?next=/);
    }
    for (const path of ['/account/privacy/export', '/account/privacy/erase']) {
      expect((await request(app).post(path)).status, path).to.equal(401);
    }
    expect(done).to.deep.equal([]);
  });

  it('is downloaded as a file that no cache keeps', async () => {
    const { app } = accountPages({ session: {}, user: zoe });
    const answer = await request(app).post('/fr/account/privacy/export').buffer(true);
    expect(answer.headers['content-disposition']).to.equal('attachment; filename=my-data-2026-11-24.zip');
    expect(answer.headers['cache-control']).to.equal('no-store');
    expect(answer.headers['content-type']).to.equal('application/zip');
  });

  it('is not exported without end', async () => {
    const limits: RateLimits = {
      ...openLimits(),
      consume: async (limit, key) => {
        expect([limit.name, limit.points, key]).to.deep.equal(['export', 5, 'zoe']);
        throw new DomainError('too-many', 'too-many-requests', {
          params: { seconds: 60 },
          retryAfterSeconds: 60,
        });
      },
    };
    const { app } = accountPages({ session: {}, user: zoe }, limits);
    const answer = await request(app).post('/account/privacy/export');
    expect(answer.status).to.equal(429);
    expect(answer.headers['retry-after']).to.equal('60');
  });

  it('says before an erasure what stays, until when and why', async () => {
    const { app } = accountPages({ session: {}, user: zoe });
    const { text } = await request(app).get('/fr/account/privacy/erase');
    expect(text).to.include('The law obliges us.').and.include('1er janvier 2037');
  });

  it('is erased after the right password and the ticked box, and then nobody is signed in', async () => {
    const { done, erase } = accountPages({ session: {}, user: zoe });
    const answer = await erase({ password: 'right', confirmed: 'yes' });
    expect(answer.status).to.equal(303);
    expect(answer.headers.location).to.equal('/fr/erased');
    expect(done).to.deep.equal(['erase zoe by zoe', 'sign out']);
  });

  for (const [how, fields] of Object.entries({
    'a wrong password': { password: 'wrong', confirmed: 'yes' },
    'no password': { password: '', confirmed: 'yes' },
    'no tick': { password: 'right' },
    'another person named in the form': { password: 'right', confirmed: 'yes', accountId: 'somebody' },
    'a password sent as a list': { password: ['right', 'right'], confirmed: 'yes' },
  })) {
    it(`is not erased with ${how}`, async () => {
      const { done, erase } = accountPages({ session: {}, user: zoe });
      const answer = await erase(fields);
      expect(answer.status).to.equal(422);
      expect(answer.text).not.to.include('value="wrong"').and.not.include('value="right"');
      expect(done).to.deep.equal([]);
    });
  }
});

describe('The policy and the register', () => {
  const version = (number: string, effectiveOn: string) => ({
    version: number,
    effectiveOn: new Date(effectiveOn),
    changes: both(`Changes of ${number}.`),
    text: both(`Text of ${number}.`),
    hash: 'f'.repeat(64),
  });
  const versions = [version('2.0', '2027-01-01'), version('1.1', '2026-11-01'), version('1.0', '2026-01-01')];
  const app = pagesFor({ session: {} }, (render) => [
    createPrivacyPages({
      render,
      clock: movingClock(),
      privacy: {
        policy: () => ({ versions, inForce: versions[1] }),
        policyText: ({ text }, language) => text[language],
        register: () => [
          {
            module: 'learning',
            records: [
              {
                category: both('Progress'),
                purpose: both('To resume'),
                basis: 'contract',
                keptFor: both('A year'),
                recipients: both('Nobody at all'),
              },
            ],
          },
        ],
      },
    }),
  ]);
  const read = async (path: string) => (await request(app).get(path)).text;

  it('show the version in force, and keep every other readable under its number', async () => {
    expect(await read('/privacy'))
      .to.include('Text of 1.1.')
      .and.not.include('This is an earlier version');
    expect(await read('/privacy/versions/1.0'))
      .to.include('This is an earlier version')
      .and.include('noindex');
    expect(await read('/fr/privacy/versions/2.0')).to.include('prend effet le 1er janvier 2027');
    const history = await read('/privacy/versions');
    for (const { changes } of versions) expect(history).to.include(changes.en);
  });

  it('know no other version', async () => {
    expect((await request(app).get('/privacy/versions/0.9')).status).to.equal(404);
    expect((await request(app).get('/privacy/versions/..%2Fsecret')).status).to.equal(404);
  });

  it('say for each category why, on which basis, how long and who receives it', async () => {
    const text = await read('/privacy/register');
    for (const part of ['Progress', 'To resume', 'art. 6(1)(b)', 'A year', 'Nobody at all']) {
      expect(text).to.include(part);
    }
  });
});

describe('The desk of the privacy officer', () => {
  const desk = (roles: string[]) => {
    const done: string[] = [];
    const app = pagesFor({ session: {}, user: { ...zoe, roles } }, (render) => [
      createStaffPrivacyPages({
        render,
        audit: { append: async ({ actor, action }) => void done.push(`${action} by ${actor}`) },
        privacy: {
          erasures: async () => [
            { accountId: 'a1', requestedAt: new Date(), requestedBy: 'a1', state: 'running', lines: plan },
          ],
          retentionRuns: async () => [
            { at: new Date(), lines: [{ module: 'support', category: 'tickets', removed: 4 }] },
          ],
          applyRetention: async () => {
            done.push('retention');
            return { at: new Date(), lines: [] };
          },
          register: () => [],
        },
      }),
    ]);
    return { app, done };
  };

  it('does not exist for others', async () => {
    const { app, done } = desk(['learner', 'support']);
    expect((await request(app).get('/staff/privacy')).status).to.equal(404);
    expect((await request(app).post('/staff/privacy/retention')).status).to.equal(404);
    expect(done).to.deep.equal([]);
  });

  it('shows what is unfinished, and notes who ran retention before it runs', async () => {
    const { app, done } = desk(['learner', 'privacy']);
    const { text } = await request(app).get('/staff/privacy');
    expect(text).to.include('a1').and.include('not finished yet').and.include('tickets');
    expect((await request(app).post('/staff/privacy/retention')).status).to.equal(303);
    expect(done).to.deep.equal(['RetentionRequested by zoe', 'retention']);
  });
});
