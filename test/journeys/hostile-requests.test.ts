import { expect } from 'chai';
import type { Client } from '../support/client.ts';
import { freeCourse, openWorld, paidCourse, type Someone, type World } from '../support/world.ts';

const names =
  'email password givenName country topic message query role reason action note amount choice back next q1';
const fields = names.split(' ');
const eachIs = (value: string): string => fields.map((field) => `${field}=${value}`).join('&');

/** What a form never sends. */
const rubbish: Readonly<Record<string, string>> = {
  'NUL bytes': eachIs('a%00b'),
  'bytes that are no UTF-8': eachIs('%ff%fe%80'),
  'broken escapes': eachIs('%zz%'),
  'lists for texts': fields.map((field) => `${field}=a&${field}=b`).join('&'),
  'database operators': fields.map((field) => `${field}%5B%24ne%5D=1`).join('&'),
  'names of the prototype': '__proto__=1&constructor=2&hasOwnProperty=3&__proto__%5Bx%5D=1',
  'long texts': eachIs('x'.repeat(4000)),
  'markup and line breaks': eachIs('%3Cscript%3Ealert(1)%3C/script%3E%0d%0aBcc%3A%20x%40y.z'),
};
const innards =
  /node_modules|\bat [\w.]+ \(|Mongo(?!li)|CastError|ZodError|SyntaxError|TypeError|<script>alert/;

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

const tokenOf = async (client: Client): Promise<string> => {
  const reply = await client.get('/en/contact');
  const token = reply
    .page()
    .form(/\/contact$/)
    .values.find(([name]) => name === '_csrf');
  return token?.[1] ?? '';
};

describe('a request that nobody means well', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let staff: Someone;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    staff = await world.staff('administrator');
  });
  after(() => world.close());

  const post = async (client: Client, path: string, rest: string) => {
    const body = `_csrf=${await tokenOf(client)}&${rest}`;
    return client.request(path, { method: 'POST', type: form, body, follow: false });
  };

  const paths = {
    anybody: ['/register', '/sign-in', '/forgot-password', '/confirm', '/contact', '/cookies'],
    learner: [
      '/account/profile',
      '/account/password',
      '/account/privacy/erase',
      '/checkout',
      '/learn/attempts/x',
    ],
    staff: ['/staff/accounts', '/staff/certificates', '/staff/jobs/again', '/staff/orders/x/refund'],
  } as const;

  for (const [what, body] of Object.entries(rubbish)) {
    it(`is refused when it brings ${what}, and learns nothing of the inside`, async () => {
      const clients = { anybody: world.visitor(), learner: learner.client, staff: staff.client };
      for (const who of ['anybody', 'learner', 'staff'] as const) {
        for (const path of paths[who]) {
          const { status, text } = await post(clients[who], `/en${path}`, body);
          expect(status, `${path} with ${what}`).to.be.within(400, 499);
          expect(text, `${path} with ${what}`).not.to.match(innards);
        }
      }
    });
  }

  it('signs nobody out from elsewhere, while a second window signs out in peace', async () => {
    const signOut = (site: string) =>
      world.agent().post('/en/sign-out').set('Accept', 'text/html').set('Sec-Fetch-Site', site);
    expect((await signOut('same-origin')).headers.location).to.equal('/en/');
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await signOut(site)).status, site).to.equal(403);
    }
  });

  it('is told which methods there are', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      const { status, headers, text } = await world.visitor().request('/en/verify', { method, accept: json });
      expect(status, method).to.equal(405);
      expect(headers.get('allow')).to.equal('GET, HEAD, POST, OPTIONS');
      expect(JSON.parse(text)).to.include({ type: '/problems/wrong-method' });
    }
  });

  it('gets a clear answer for a body that is cut, deep or of another type', async () => {
    const visitor = world.visitor();
    const send = (type: string, body: string) =>
      visitor.request('/credentials/verify', { method: 'POST', type, body, accept: json });
    expect((await send(json, '{"verifiableCredential":')).status).to.equal(400);
    expect(
      (await send(json, `{"verifiableCredential":${'['.repeat(9000)}${']'.repeat(9000)}}`)).status,
    ).to.equal(422);
    expect((await send('text/plain', 'hello')).status).to.equal(415);
    expect(visitor.hasCookies()).to.equal(false);
  });

  it('finds no way to the enrolment or the order of another, nor to the desks of the staff', async () => {
    const own = await learner.client.get(`/en/courses/${freeCourse}`);
    const enrolled = await learner.client.send(own.page().form(/\/enrol$/));
    const bought = await learner.client.get(`/en/courses/${paidCourse}`);
    const order = await learner.client.send(bought.page().form(/\/checkout$/));
    const other = await world.learner();
    for (const path of [enrolled.path, order.path, '/en/staff', '/en/staff/orders', '/en/staff/audit']) {
      expect((await other.client.get(path)).status, path).to.equal(404);
    }
    for (const path of [`${order.path}/pay`, `${enrolled.path}/personal-data/complete`]) {
      expect((await post(other.client, path, 'method=card&terms=yes')).status, path).to.equal(404);
    }
  });
});
