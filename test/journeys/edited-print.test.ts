import { expect } from 'chai';
import { alterations, honestCopies, type IssuedSheet } from '../support/altered-sheets.ts';
import { openWorld, type World } from '../support/world.ts';

type Answer = {
  verdict: string;
  checks: { name: string; outcome: string; reason: string }[];
  sheet?: { record: string; differences: { kind: string; printed?: string; field?: string }[] };
};

/** Every way, and every honest copy, is tried in `npm run prove -- edited-print`; here one of each kind of trace. */
describe('A sheet that was edited around its genuine record', function () {
  this.timeout(120_000);
  let world: World;
  let sheet: IssuedSheet;
  before(async () => {
    world = await openWorld();
    const learner = await world.learner({ givenName: 'Amélie', familyName: 'Durand-Kowalska' });
    const { identifier } = await world.completed(learner);
    const pdf = await world.modules.issuer.rendition(identifier, 'pdf');
    const credential = Buffer.from(await world.modules.issuer.credentialFile(identifier)).toString('utf8');
    sheet = { pdf, credential: JSON.parse(credential) };
  });
  after(() => world.close());

  const verify = async (pdf: Uint8Array, accept = 'application/json') =>
    world
      .agent()
      .post('/en/verify')
      .set('Accept', accept)
      .attach('file', Buffer.from(pdf), 'certificate.pdf');
  const judge = async (pdf: Uint8Array): Promise<Answer> => (await verify(pdf)).body;
  const altered = (kind: keyof typeof alterations): Promise<Uint8Array> =>
    alterations[kind]?.(sheet, sheet, 1) ?? Promise.reject(new Error(kind));
  const printReason = ({ checks }: Answer): string | undefined =>
    checks.find(({ name }) => name === 'print')?.reason;

  it('is known byte for byte, and when it was only saved anew', async () => {
    const asIssued = await judge(sheet.pdf);
    expect(asIssued.verdict).to.equal('verified');
    expect(printReason(asIssued)).to.equal('identical');
    const savedAnew = await judge((await honestCopies['saved anew']?.(sheet.pdf, 0)) as Uint8Array);
    expect(savedAnew.verdict).to.equal('verified');
    expect(printReason(savedAnew)).to.equal('unchanged');
  });

  it('shows what stands in the place of the name, to people too', async () => {
    const pdf = await altered('letters replaced in the text');
    const answer = await judge(pdf);
    expect(answer.verdict).to.equal('print_differs');
    const [change] = answer.sheet?.differences.filter(({ kind }) => kind === 'text-changed') ?? [];
    expect(change).to.include({ field: 'holderName' });
    const { text, status } = await verify(pdf, 'text/html');
    expect(status).to.equal(200);
    expect(text).to.include('The page was altered').and.to.include('Amélie Durand-Kowalska');
    expect(text).to.include('Another text: the holder’s name');
  });

  it('is seen to be covered by a picture, though its text still says the truth', async () => {
    const answer = await judge(await altered('a picture laid over the name'));
    expect(answer.verdict).to.equal('print_differs');
    expect(answer.sheet?.differences.map(({ kind }) => kind)).to.deep.equal(['picture-differs']);
  });

  it('says nothing of a record that was edited itself', async () => {
    const answer = await judge(await altered('the attached record edited'));
    expect(answer.verdict).to.equal('not_authentic');
    expect(answer).not.to.have.property('sheet');
    expect(JSON.stringify(answer)).not.to.include('Durand');
  });

  it('leads nobody astray by another code', async () => {
    const answer = await judge(await altered('the code replaced'));
    expect(answer.verdict).to.equal('print_differs');
    const codes = answer.sheet?.differences.filter(({ kind }) => kind === 'code-differs') ?? [];
    expect(codes.map(({ printed }) => printed)).to.deep.equal(['https://certificates-check.example/v/1']);
  });
});
