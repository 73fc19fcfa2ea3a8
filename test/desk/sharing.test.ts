import { expect } from 'chai';
import { PNG } from 'pngjs';
import { linkedInUrl } from '../../src/web/linkedin.ts';
import { type DeskWorld, openDeskWorld } from './desk-world.ts';

describe('Showing a certificate elsewhere', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  let number: string;
  before(async () => {
    world = await openDeskWorld(2);
    [number = ''] = world.numbers;
  });
  after(() => world.close());
  const get = (path: string) => world.visitor().get(path);

  it('may be framed by anybody, on that one page, which runs nothing and sets no cookie', async () => {
    const embed = await get(`/en/v/${number}/embed`);
    expect(embed.status).to.equal(200);
    expect(embed.headers.get('content-security-policy')).to.include('frame-ancestors *');
    expect(embed.headers.get('content-security-policy')).not.to.include('script-src');
    expect(embed.headers.get('x-frame-options')).to.equal(null);
    expect(embed.headers.getSetCookie()).to.deep.equal([]);
    expect(embed.text).not.to.match(/<script|<form|<img/);
    expect(embed.page().text).to.include('This certificate is valid').and.to.include('Amélie Durand');
    expect(embed.text).to.include(`href="${world.baseUrl}/en/v/${number}"`);
    const whole = await get(`/en/v/${number}`);
    expect(whole.headers.get('content-security-policy')).to.include("frame-ancestors 'none'");
    expect(whole.headers.get('x-frame-options')).to.equal('DENY');
  });

  it('says in the frame what is true today, and nothing of a number that is not ours', async () => {
    const [, other = ''] = world.numbers;
    await world.modules.issuer.revoke({ identifier: other, by: 'staff', reason: 'issued-in-error' });
    await world.settle();
    expect((await get(`/fr/v/${other}/embed`)).page().text).to.include('Ce certificat a été retiré');
    const unknown = await get(`/en/v/${'0'.repeat(28)}/embed`);
    expect(unknown.status).to.equal(404);
    expect(unknown.page().text).to.include('No certificate has this number');
    expect((await get(`/en/v/${other}/card.png`)).status).to.equal(404);
    expect((await get(`/en/v/${other}`)).text).not.to.include('og:image');
  });

  it('has a picture of the size that networks ask for, drawn once, that names no holder', async () => {
    const card = await get(`/v/${number}/card.png`);
    const { width, height } = PNG.sync.read(card.bytes);
    expect([width, height]).to.deep.equal([1200, 630]);
    expect((await get(`/v/${number}/card.png`)).bytes.equals(card.bytes)).to.equal(true);
    const { text } = await get(`/en/v/${number}`);
    expect(text).to.include(`<meta property="og:image" content="${world.baseUrl}/v/${number}/card.png">`);
    expect(/<meta property="og:[^>]*Durand/.test(text)).to.equal(false);
  });

  it('prints with the address, the time and the verdict in words', async () => {
    const { text } = await get(`/en/v/${number}`);
    expect(text).to.match(
      /class="print-only">Printed from http:\/\/certificates\.example\/v\/\w{28}<br>Checked on 23 November 2026/,
    );
  });

  it('gives holders the fields of LinkedIn and something to paste', async () => {
    const url = new URL(
      linkedInUrl({
        name: 'Data & co',
        organizationName: 'JINFO',
        awardedAt: new Date('2026-11-30T23:30:00Z'),
        validUntil: new Date('2028-01-31T22:59:59Z'),
        certUrl: 'https://certificates.example/v/X',
        certId: 'X',
      }),
    );
    expect(url.origin + url.pathname).to.equal('https://www.linkedin.com/profile/add');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      startTask: 'CERTIFICATION_NAME',
      name: 'Data & co',
      organizationName: 'JINFO',
      issueYear: '2026',
      issueMonth: '12',
      expirationYear: '2028',
      expirationMonth: '1',
      certUrl: 'https://certificates.example/v/X',
      certId: 'X',
    });
    const holder = await world.learner({ email: 'holder-0@example.org' });
    await world.modules.issuer.claimCertificates(holder.accountId, 'holder-0@example.org');
    const page = await holder.client.get(`/en/certificates/${number}`);
    expect(page.text).to.include('https://www.linkedin.com/profile/add?startTask&#x3D;CERTIFICATION_NAME');
    expect(page.text).to.include('&lt;iframe src&#x3D;').and.to.include(`/en/v/${number}/embed`);
  });
});
