import { expect } from 'chai';
import { openWorld, type Someone, type World } from '../../support/world.ts';

const unknownNumber = '7Q2KD9XRVT4HB8WZ3FJ5SPEC1ME';

describe('The pages of a certificate', function () {
  this.timeout(90_000);
  let world: World;
  let holder: Someone;
  let identifier: string;
  before(async () => {
    world = await openWorld();
    holder = await world.learner({ givenName: 'Amélie', familyName: 'Durand-Kowalska' });
    ({ identifier } = await world.completed(holder));
  });
  after(() => world.close());

  const html = 'text/html';
  const get = (path: string, accept = html) => world.agent().get(path).set('Accept', accept);
  const credentialText = async (): Promise<string> =>
    Buffer.from(await world.modules.issuer.credentialFile(identifier)).toString('utf8');
  const upload = async (bytes: string | Buffer, name: string, accept = html) =>
    world.agent().post('/en/verify').set('Accept', accept).attach('file', Buffer.from(bytes), name);

  it('tell a stranger in one large sentence, with every check and every printed field, and set no cookie', async () => {
    for (const [language, sentence] of [
      [
        'en',
        'This certificate was issued by JINFO Certification on 23 November 2026 and has not been withdrawn.',
      ],
      [
        'fr',
        'Ce certificat a été délivré par JINFO Certification le 23 novembre 2026 et n’a pas été retiré.',
      ],
    ]) {
      const { status, text, headers } = await get(`/${language}/v/${identifier}`);
      expect(status).to.equal(200);
      expect(text).to.include(sentence).and.to.include('class="verdict verified"');
      expect(text).to.include('Amélie Durand-Kowalska').and.to.include('Protecting personal data at work');
      expect(text.match(/class="check-name is-verified"/g)).to.have.length(5);
      expect(text).to.include('<meta name="robots" content="noindex">');
      expect(headers).not.to.have.property('set-cookie');
      expect(headers['cache-control']).to.equal('no-store');
    }
  });

  it('tell a program the same as JSON', async () => {
    const { status, body, headers } = await get(`/v/${identifier}`, 'application/json');
    expect(status).to.equal(200);
    expect(body).to.include({ identifier, verdict: 'verified' });
    expect(body.facts.holderName).to.equal('Amélie Durand-Kowalska');
    expect(headers).not.to.have.property('set-cookie');
  });

  it('understand a number as people type it, and the address of the page', async () => {
    const typed = (identifier.match(/.{1,4}/g) ?? []).join(' ').toLowerCase();
    for (const query of [typed, `https://certificates.example/fr/v/${identifier}?x=1`]) {
      const { status, headers } = await get(`/en/verify?identifier=${encodeURIComponent(query)}`);
      expect(status).to.equal(303);
      expect(headers.location).to.equal(`/en/v/${identifier}`);
    }
    const { status, text } = await get('/en/verify?identifier=hello');
    expect(status).to.equal(422);
    expect(text).to.include('This is not a certificate number').and.to.include('value="hello"');
  });

  it('say of an unknown, a mistyped and a shapeless number what is wrong with each', async () => {
    const other = (last: string): string => `/en/v/${unknownNumber}${last}`;
    const alphabet = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
    const answers = await Promise.all(alphabet.map((last) => get(other(last))));
    expect(answers.every(({ status }) => status === 404)).to.equal(true);
    expect(answers.filter(({ text }) => text.includes('is not genuine'))).to.have.length(1);
    expect(answers.filter(({ text }) => text.includes('does not add up'))).to.have.length(31);
    const shapeless = await get('/en/v/%3Cscript%3E');
    expect(shapeless.status).to.equal(404);
    expect(shapeless.text).not.to.include('<script>');
    expect((await get(other('0'), 'application/json')).body.verdict).to.equal('unknown_identifier');
  });

  it('verify what is uploaded: the PDF as downloaded, the signed record as file, as text and as body', async () => {
    const pdf = Buffer.from(await world.modules.issuer.rendition(identifier, 'pdf'));
    const text = await credentialText();
    const agent = () => world.agent().post('/verify').set('Accept', 'application/json');
    const answers = [
      await upload(pdf, 'certificate.pdf', 'application/json'),
      await upload(text, 'photo.jpg', 'application/json'),
      await agent().field('credential', text),
      await agent().type('application/json').send(text),
      await agent().type('application/vc').send(text),
      await agent().type('application/pdf').send(pdf),
    ];
    expect(answers.map(({ body }) => body.verdict)).to.deep.equal(answers.map(() => 'verified'));
    for (const { headers } of answers) expect(headers).not.to.have.property('set-cookie');
    const page = await upload(pdf, 'certificate.pdf');
    expect(page.text).to.include('class="verdict verified"').and.to.include(identifier.slice(0, 4));
  });

  it('show nothing of a file whose signature does not fit', async () => {
    const changed = (await credentialText()).replaceAll('Durand-Kowalska', 'Dupont');
    const { status, text } = await upload(changed, 'credential.json');
    expect(status).to.equal(200);
    expect(text).to.include('This is not a genuine certificate').and.to.include('class="verdict not-valid"');
    expect(text).not.to.match(/Amélie|Dupont|Protecting personal data at work/);
  });

  it('give a form back with its fault, and never keep what was sent', async () => {
    const cases: [string, string | Buffer][] = [
      ['Choose a file', ''],
      ['neither a PDF, nor a signed record, nor a picture', Buffer.from([0x89, 0x50])],
      ['too large to be a certificate', Buffer.alloc(5 * 1024 * 1024 + 10)],
      ['not a complete signed record', '{"half":'],
    ];
    for (const [sentence, bytes] of cases) {
      const { status, text } = await upload(bytes, 'file');
      expect(status, sentence).to.equal(422);
      expect(text).to.include(sentence).and.to.include('data-error-summary');
    }
    const pasted = await world
      .agent()
      .post('/fr/verify')
      .set('Accept', html)
      .field('credential', 'ceci <b>n’est</b> rien');
    expect(pasted.status).to.equal(422);
    expect(pasted.text).to.include('ceci &lt;b&gt;n’est&lt;/b&gt; rien').and.to.include('<details open');
    const json = await upload('', 'file', 'application/json');
    expect(json.status).to.equal(422);
    expect(json.body.errors[0]).to.include({ pointer: '/file', code: 'verify-empty' });
  });

  it('let the holder, and nobody else, see and download it, the same bytes every time', async () => {
    const page = (await holder.client.get(`/en/certificates/${identifier}`)).text;
    expect(page).to.include(`value="http://certificates.example/v/${identifier}"`);
    expect((await holder.client.get('/en/certificates')).text).to.include(identifier);
    const stranger = await world.learner();
    for (const [kind, type] of [
      ['pdf', 'application/pdf'],
      ['png', 'image/png'],
      ['json', 'application/vc'],
    ]) {
      const path = `/en/certificates/${identifier}.${kind}`;
      const [first, second] = [await holder.client.get(path), await holder.client.get(path)];
      expect(first.status).to.equal(200);
      expect(first.headers.get('content-type')).to.include(type);
      expect(first.headers.get('content-disposition')).to.equal(
        `attachment; filename=certificate-${identifier}.${kind}`,
      );
      expect(second.bytes.equals(first.bytes)).to.equal(true);
      expect((await stranger.client.get(path)).status).to.equal(404);
      expect((await get(path)).status).to.equal(303);
    }
    expect((await stranger.client.get(`/en/certificates/${identifier}`)).status).to.equal(404);
    expect((await stranger.client.get('/en/certificates')).text).to.include('No certificate yet');
  });

  it('let an examiner withdraw it, after a reason and a clear yes, and tell everybody at once', async () => {
    const examiner = await world.staff('examiner');
    const { client } = examiner;
    const detail = `/en/staff/certificates/${identifier}`;
    expect((await holder.client.get(detail)).status).to.equal(404);
    const search = (await client.get('/en/staff/certificates')).page();
    const found = await client.send(search.form(/\/staff\/certificates$/), { query: holder.email });
    expect(found.text).to.include('Durand-Kowalska');
    const direct = await client.send(search.form(/\/staff\/certificates$/), { query: identifier });
    expect(direct.path).to.equal(detail);

    const form = (await client.get(`${detail}/revoke`)).page().form(/\/revoke$/);
    const refused = await client.send(form, { note: 'Typed already' });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include('Typed already');
    expect((await get(`/en/v/${identifier}`)).text).to.include('verdict verified');

    const done = await client.send(form, { reason: 'issued-in-error', note: 'Wrong person', sure: 'yes' });
    expect(done.status).to.equal(200);
    expect(done.text).to.include('This certificate has been withdrawn').and.to.include('Wrong person');
    const { text } = await get(`/en/v/${identifier}`);
    expect(text).to.include('This certificate has been withdrawn').and.to.include('verdict not-valid');
    expect(text).to.include('Withdrawn on 23 November 2026. Reason: It was issued in error.');
    expect(text).not.to.include('Wrong person');
    await world.settle();
    const [record] = await world.modules.audit.list({ limit: 1, target: `certificate:${identifier}` });
    expect(record).to.include({ actor: examiner.accountId, reason: 'issued-in-error' });
    expect(world.lettersTo(holder).at(-1)?.subject).to.equal('Your certificate has been withdrawn');
    expect((await holder.client.get(`/en/certificates/${identifier}`)).text).to.include('issued in error');
  });

  it('show the administrator the trail, whole, and the background work', async () => {
    const { client } = await world.staff('administrator');
    const home = (await client.get('/en/staff')).text;
    for (const desk of ['certificates', 'orders', 'accounts', 'support', 'privacy', 'audit', 'jobs']) {
      expect(home).to.include(`href="/en/staff/${desk}"`);
      expect((await client.get(`/en/staff/${desk}`)).status, desk).to.equal(200);
    }
    const trail = await client.get('/en/staff/audit?check=chain');
    expect(trail.text).to.include('The chain holds').and.to.include('Certificate withdrawn');
    const examiner = await world.staff('examiner');
    for (const desk of ['accounts', 'audit', 'jobs', 'orders']) {
      expect((await examiner.client.get(`/en/staff/${desk}`)).status, desk).to.equal(404);
    }
    expect((await holder.client.get('/en/staff')).status).to.equal(404);
  });

  it('run a job again that was given up, and record who asked', async () => {
    const { client, accountId } = await world.staff('administrator');
    const { jobs } = world.modules.platform;
    await jobs.enqueue([{ key: 'lost:1', name: 'forget-done-jobs', payload: {} }], world.clock.now());
    const taken = await jobs.lease(world.clock.now(), 60);
    if (!taken) throw new Error('nothing to take');
    await jobs.giveUp(taken, world.clock.now(), 'Error: the disk was full');
    const page = await client.get('/en/staff/jobs');
    expect(page.text).to.include('the disk was full');
    const done = await client.send(page.page().form(/\/jobs\/again$/));
    expect(done.text).to.include('The job is waiting again');
    await world.settle();
    expect((await jobs.list('done', 100)).map(({ key }) => key)).to.include('lost:1');
    const [record] = await world.modules.audit.list({ limit: 1, target: 'job:lost:1' });
    expect(record).to.include({ actor: accountId, action: 'JobRevived' });
  });

  it('name nobody once the holder is erased, while the file in hand still verifies', async () => {
    const leaving = await world.learner({ givenName: 'Gone', familyName: 'Tomorrow' });
    const own = await world.completed(leaving);
    const file = Buffer.from(await world.modules.issuer.rendition(own.identifier, 'pdf'));
    await world.modules.privacy.requestErasure(leaving.accountId, leaving.accountId);
    await world.settle();
    const page = await get(`/en/v/${own.identifier}`);
    expect(page.text).to.include('A certificate with this number was issued');
    expect(page.text).not.to.match(/Gone|Tomorrow/);
    const json = await get(`/v/${own.identifier}`, 'application/json');
    expect(json.body.verdict).to.equal('holder_erased');
    expect(JSON.stringify(json.body)).not.to.match(/Gone|Tomorrow/);
    const uploaded = await upload(file, 'certificate.pdf');
    expect(uploaded.text).to.include('verdict verified').and.to.include('Gone Tomorrow');
  });
});
