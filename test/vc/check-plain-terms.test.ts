import { expect } from 'chai';
import { checkPlainTerms, type JsonObject, verifyProofs } from '../../src/vc/index.ts';
import { badge, sign, verifyOptions } from './sample.ts';

const faults = (document: JsonObject): string[] =>
  checkPlainTerms(document).map(({ pointer, code }) => `${pointer} ${code}`);

describe('checkPlainTerms', () => {
  it('finds nothing in what we sign', async () => {
    expect(faults(await sign())).to.deep.equal([]);
    expect(faults(badge({ name: { '@value': 'Titre', '@language': 'fr' } }))).to.deep.equal([]);
  });

  it('finds the name that was swapped under a valid signature', async () => {
    const signed = await sign(badge(), ['eddsa-rdfc-2022']);
    const { name, ...rest } = signed;
    const renamed = {
      ...rest,
      '@context': [...(signed['@context'] as string[]), { title: 'https://schema.org/name' }],
      title: name,
      credentialSubject: signed.credentialSubject,
    };
    const [check] = await verifyProofs(renamed, verifyOptions);
    expect(check?.outcome).to.equal('passed');
    expect(faults(renamed)).to.deep.equal(['/@context/2 inline-context']);
  });

  it('finds the same done by an IRI, a keyword or a context inside', () => {
    expect(faults(badge({ 'https://schema.org/name': 'x' }))).to.deep.equal([
      '/https:~1~1schema.org~1name renamed-term',
    ]);
    expect(faults(badge({ '@id': 'urn:x:1' }))).to.deep.equal(['/@id renamed-term']);
    const inside = {
      type: 'AchievementSubject',
      list: [{ '@context': 'https://www.w3.org/ns/credentials/v2' }],
    };
    expect(faults(badge({ credentialSubject: inside }))).to.deep.equal([
      '/credentialSubject/list/0/@context inline-context',
    ]);
  });
});
