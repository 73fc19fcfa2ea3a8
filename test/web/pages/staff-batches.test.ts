import { expect } from 'chai';
import type { Client } from '../../support/client.ts';
import { expectStatus } from '../../support/client.ts';
import { freeCourse, openWorld, type Someone, type World } from '../../support/world.ts';

const header = 'given name,family name,e-mail,language,awarded on,valid until,result';
const rows = (...lines: string[]): Blob => new Blob([[header, ...lines].join('\n')], { type: 'text/csv' });

describe('The desk of bulk issuing', function () {
  this.timeout(120_000);
  let world: World;
  let examiner: Someone;
  before(async () => {
    world = await openWorld();
    examiner = await world.staff('examiner');
  });
  after(() => world.close());

  const upload = async (
    client: Client,
    file: Blob | undefined,
    { language = 'en', courseId = freeCourse } = {},
  ) => {
    const page = expectStatus(await client.get(`/${language}/staff/batches`)).page();
    const form = page.form(/\/staff\/batches$/);
    const body = new FormData();
    for (const [name, value] of form.values) if (name === '_csrf') body.append(name, value);
    body.append('courseId', courseId);
    if (file) body.append('file', file, 'people.csv');
    return client.request(form.action, { method: 'POST', body });
  };

  const asks = () => world.modules.platform.database.connection.collection('address_erasures');

  it('shows every fault where it is, in both languages, and asks for what is missing', async () => {
    const file = rows('Zoé,<b>,nowhere,en,2026-11-20,,', 'Ada,Lovelace,ada@example.org,en,2026-12-24,,');
    const refused = expectStatus(await upload(examiner.client, file), 422).page();
    expect(refused.text).to.match(/3 faults in the file/);
    expect(refused.text).to.include('This day lies in the future.');
    const french = expectStatus(await upload(examiner.client, file, { language: 'fr' }), 422).page();
    expect(french.text).to.include('Ce jour est dans le futur.');
    expect(french.text).to.include('Corrigez le fichier');
    expectStatus(await upload(examiner.client, undefined), 422);
    expectStatus(await upload(examiner.client, file, { courseId: 'nowhere' }), 422);
    expect(await world.modules.issuer.batches.newest(5)).to.deep.equal([]);
  });

  it('takes no file from a learner, and none without the token of the session', async () => {
    const learner = await world.learner();
    const body = new FormData();
    body.append('courseId', freeCourse);
    body.append('file', rows('Ada,Lovelace,ada@example.org,en,2026-11-20,,'), 'people.csv');
    for (const [client, status] of [
      [learner.client, 404],
      [examiner.client, 403],
    ] as const) {
      expectStatus(await client.request('/en/staff/batches', { method: 'POST', body }), status);
    }
    expectStatus(await learner.client.get('/en/staff/batches'), 404);
  });

  it('issues after a second, deliberate step, writes to the holders, and hands out the list', async () => {
    const file = rows(
      'Ada,Lovelace,ada@example.org,en,2026-11-20,2027-11-20,91%',
      'Zoé,Šťastná,zoe@example.org,fr,2026-11-20,,',
    );
    const preview = expectStatus(await upload(examiner.client, file)).page();
    expect(preview.text).to.include('Ada Lovelace').and.include('2 people');
    const form = preview.form(/\/confirm$/);
    expectStatus(await examiner.client.send(form, {}), 422);
    const running = expectStatus(await examiner.client.send(form, { sure: 'yes', letters: 'yes' }));
    expect(running.headers.get('refresh')).to.equal('2');
    await world.settle();
    const done = expectStatus(await examiner.client.get(running.path));
    expect(done.headers.get('refresh')).to.equal(null);
    expect(done.page().text).to.include('2 certificates are issued').and.include('Zoé Šťastná');
    const list = expectStatus(await examiner.client.get(`${running.path}.csv`));
    expect(list.headers.get('content-type')).to.match(/^text\/csv/);
    const address = /http:\/\/certificates\.example(\/v\/\w{28})/.exec(list.text)?.[1] ?? '';
    const shown = expectStatus(await world.visitor().get(`/en${address}`)).page();
    expect(shown.text).to.include('Ada Lovelace');
    world.clock.advance({ minutes: 1 });
    await world.settle();
    const [letter] = world.lettersTo({ email: 'zoe@example.org' });
    expect(letter?.subject).to.include('Votre certificat');
    expect(letter?.attachments).to.have.length(1);
    const trail = await world.modules.audit.list({ limit: 10 });
    expect(trail.map(({ action }) => action)).to.include.members(['BatchConfirmed', 'BatchIssued']);
  });

  it('leads an account that confirms the address to the certificate', async () => {
    const ada = await world.learner({ email: 'ada@example.org', givenName: 'Ada', familyName: 'Lovelace' });
    await world.settle();
    const page = expectStatus(await ada.client.get('/en/certificates')).page();
    expect(page.text).to.include('Protecting personal data at work');
  });

  it('withdraws the whole batch with a reason', async () => {
    const [batch] = await world.modules.issuer.batches.newest(1);
    const page = expectStatus(await examiner.client.get(`/fr/staff/batches/${batch?.id}/revoke`)).page();
    const form = page.form(/\/revoke$/);
    expectStatus(await examiner.client.send(form, { reason: '', note: '' }), 422);
    const after = { reason: 'issued-in-error', note: '', sure: 'yes' };
    expectStatus(await examiner.client.send(form, after));
    await world.settle();
    const states = (await world.modules.issuer.batches.entries(batch?.id ?? '')).map(({ state }) => state);
    expect(states).to.deep.equal(['revoked', 'revoked']);
    const shown = expectStatus(await examiner.client.get(`/fr/staff/batches/${batch?.id}`)).page();
    expect(shown.text).to.include('Retiré le');
  });

  it('tells holders of it, at their account or at the address of the file', () => {
    const [ada] = world.lettersTo({ email: 'ada@example.org' }).slice(-1);
    const [zoe] = world.lettersTo({ email: 'zoe@example.org' }).slice(-1);
    expect(ada?.text).to.include('We have withdrawn');
    expect(zoe?.subject).to.equal('Votre certificat a été retiré');
    expect(zoe?.text).to.match(/\/fr\/v\/\w{28}/);
  });

  it('has no page for a batch that there is not', async () => {
    for (const path of ['nowhere', 'nowhere.csv', 'nowhere/revoke'])
      expectStatus(await examiner.client.get(`/en/staff/batches/${path}`), 404);
  });

  it('and the achievement that certificates name have an address that answers people and programs', async () => {
    const path = `/achievements/${freeCourse}/2`;
    const visitor = world.visitor();
    const page = expectStatus(await visitor.get(`/fr${path}`)).page();
    expect(page.text)
      .to.include('Acquis d’apprentissage')
      .and.match(/2\s+h\s+30\s+min/);
    expect(page.text).to.include('Protéger les données personnelles au travail');
    const document = expectStatus(await visitor.get(path, { accept: 'application/json' })).json();
    expect(document).to.include({ id: `http://certificates.example${path}`, creditsAvailable: 0.1 });
    expect(visitor.hasCookies()).to.equal(false);
    for (const wrong of [
      `/achievements/${freeCourse}/9`,
      '/achievements/nothing/1',
      `/achievements/${freeCourse}/x`,
    ])
      expectStatus(await visitor.get(`/en${wrong}`), 404);
  });

  it('lets a holder without account erase all of it by a link to the address, and tells nobody else', async () => {
    const path = '/en/privacy/certificates-by-address';
    const visitor = world.visitor();
    const asked = async (email: string) => {
      const form = expectStatus(await visitor.get(path))
        .page()
        .form(/certificates-by-address$/);
      return visitor.send(form, { email });
    };
    expect(expectStatus(await asked('nowhere'), 422).page().text).to.include('e-mail');
    const before = world.letters.length;
    const answers = [await asked('nobody@example.org'), await asked('ada@example.org')];
    await world.settle();
    // Nothing went to the first, and what went to Ada belongs to her account.
    expect(world.letters.length).to.equal(before);
    answers.push(await asked('ZOE@example.org'));
    expect(new Set(answers.map((reply) => `${reply.path} ${reply.page().text}`)).size).to.equal(1);
    await world.settle();
    const [letter] = world.letters.slice(-1);
    expect(letter?.to.address).to.equal('ZOE@example.org');
    const link = /http:\/\/certificates\.example(\/en\/privacy\/\S+)/.exec(letter?.text ?? '')?.[1] ?? '';
    expect(JSON.stringify(await asks().find().toArray())).to.not.include(link.split('/').at(-1));

    const page = expectStatus(await visitor.get(link)).page();
    const identifier = /\b(?:\w{4} ){6}\w{4}\b/.exec(page.text)?.[0].replaceAll(' ', '') ?? '';
    expect((await world.modules.issuer.certificate(identifier))?.state).to.equal('revoked');
    const form = page.form(/certificates-by-address\/[\w-]+$/);
    const twice = await Promise.all([visitor.send(form), visitor.send(form)]);
    expect(twice.map(({ status }) => status)).to.include(200);
    expect(await world.modules.issuer.certificate(identifier)).to.deep.include({ state: 'redacted' });
    expect(JSON.stringify(await world.modules.issuer.certificate(identifier))).to.not.match(/Zoé|zoe@/i);
    expect(expectStatus(await visitor.get(link), 410).page().text).to.include('no longer works');
    expectStatus(await visitor.get(`${path}/nothing`), 410);

    await world.settle();
    const trail = await world.modules.audit.list({ limit: 5 });
    expect(trail.filter(({ action }) => action === 'AddressErased')).to.have.length(1);
    expect(JSON.stringify(trail)).to.not.match(/zoe@/i);
    const kept = JSON.stringify(await asks().find({ state: 'done' }).toArray());
    expect(kept).to.include('"certificates":1').and.not.match(/@/);
    world.clock.advance({ days: 2 });
    await world.modules.privacy.applyRetention();
    expect(await asks().countDocuments({ state: 'asked' })).to.equal(0);
  });
});
