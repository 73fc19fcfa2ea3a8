import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { expect } from 'chai';
import { type JsonObject, verifyProofs } from '../../../src/vc/index.ts';
import { createTemplates } from '../../../src/vc/template/templates.ts';
import { documentLoader as stock, verifyOptions } from '../sample.ts';
import {
  compareSignatures,
  compareVerdicts,
  isQuick,
  learntLoader,
  signUnder,
  stockLoader,
} from './compare-with-stock.ts';
import { createChance, hostileText } from './hostile.ts';
import { hostileValues, ordinaryValues, shapes } from './shapes.ts';

const canonize = (document: JsonObject): Promise<string> =>
  cryptosuite.canonize(document, { documentLoader: stock, base: null, safe: true });

const certificate = shapes.certificate!;

describe('templates', () => {
  it('a shape is compiled when it comes a second time, whatever stands in it', async () => {
    const templates = createTemplates(stockLoader());
    await templates.learn(certificate(ordinaryValues(1)));
    expect(templates.digest(certificate(ordinaryValues(1)))).to.equal(undefined);
    await templates.learn(certificate(ordinaryValues(2)));
    expect(templates.canonical(certificate(ordinaryValues(3)))).to.equal(
      await canonize(certificate(ordinaryValues(3))),
    );
  });

  for (const [name, shape] of Object.entries(shapes)) {
    it(`${name}: canonical N-Quads equal those of the stock library, for values of every plane`, async () => {
      const templates = createTemplates(stockLoader());
      for (const number of [1, 2]) await templates.learn(shape(ordinaryValues(number)));
      const chance = createChance(`canonical ${name}`);
      let known = 0;
      for (let i = 0; i < 100; i += 1) {
        // Characters beyond U+FFFF and those just below it in one document are for the stock library.
        const avoided = i % 2 === 0 ? /[\ue000-\uffff]/g : /[\u{10000}-\u{10ffff}]/gu;
        const text = (): string => hostileText(chance).replace(avoided, '-');
        const values = { ...ordinaryValues(i), text, date: hostileValues(chance).date };
        const document = shape(values);
        const canonical = templates.canonical(document);
        if (canonical === undefined) continue;
        known += 1;
        expect(canonical).to.equal(await canonize(document));
      }
      expect(known).to.be.above(60);
    });
  }

  it('what is doubtful is left to the stock library', async () => {
    const templates = createTemplates(stockLoader());
    for (const number of [1, 2, 3]) await templates.learn(certificate(ordinaryValues(number)));
    const isKnown = (changes: JsonObject): boolean =>
      templates.digest({ ...certificate(ordinaryValues(4)), ...changes }) !== undefined;
    expect(isKnown({})).to.equal(true);
    const doubtful: Record<string, JsonObject> = {
      'a lone surrogate': { name: 'x\ud800' },
      'two texts that sort differently by code point': { name: '\u{1f393} \uff01' },
      'no character of XML': { name: '\uffff' },
      'an IRI to be escaped': { id: 'https://certificates.example/{x}' },
      'an IRI of a scheme that might be a prefix': { id: 'xsd:string' },
      'a blank node': { id: '_:b0' },
      'a relative IRI': { id: 'certificate' },
      'an IRI beyond ASCII': { id: 'https://é.example/' },
      'one id for two nodes': {
        id: 'https://certificates.example/4-3',
        issuer: { id: 'https://certificates.example/4-3' },
      },
      'another type': { type: ['VerifiableCredential'] },
      'another context': { '@context': ['https://www.w3.org/ns/credentials/v2'] },
      'a context of its own': { '@context': [{ name: 'urn:x:y' }] },
      'a text where an object was': { issuer: 'did:example:1' },
      'a list where a text was': { name: ['x'] },
      'a member more': { description: 'x' },
      'an object that is no plain one': { issuer: new Date() },
    };
    for (const [what, changes] of Object.entries(doubtful)) expect(isKnown(changes), what).to.equal(false);
    const withPrototype = JSON.parse(
      JSON.stringify(certificate(ordinaryValues(4))).replace('"hashed"', '"__proto__":{"x":1},"hashed"'),
    ) as JsonObject;
    expect(templates.digest(withPrototype)).to.equal(undefined);
  });

  it('two equal values, and two blank nodes that only their neighbours tell apart, are left to the stock library', async () => {
    const templates = createTemplates(stockLoader());
    const twins = shapes['twins, tags and languages']!;
    for (const number of [1, 2, 3]) await templates.learn(twins(ordinaryValues(number)));
    expect(templates.digest(twins(ordinaryValues(4)))).to.have.lengthOf(32);
    expect(templates.digest(twins({ ...ordinaryValues(4), text: () => 'same' }))).to.equal(undefined);
  });

  it('a document whose contexts are not on board, or that has contexts inside, is never compiled', async () => {
    const loader = stockLoader({
      resolvers: [(url) => (url === 'urn:own' ? Promise.resolve({}) : undefined)],
    });
    const templates = createTemplates(loader);
    const v2 = 'https://www.w3.org/ns/credentials/v2';
    const documents: JsonObject[] = [
      { '@context': [v2, 'urn:own'], id: 'urn:a:b', name: 'x' },
      { '@context': [v2, { urn: 'https://evil.example/' }], id: 'urn:a:b', name: 'x' },
      { '@context': [v2], id: 'urn:a:b', name: 'x', issuer: { '@context': { id: '@id' }, id: 'urn:c:d' } },
    ];
    for (const document of documents) {
      for (let i = 0; i < 3; i += 1) await templates.learn(document);
      expect(templates.digest(document)).to.equal(undefined);
    }
  });

  it('signing by template gives the bytes and the refusals of the stock libraries', async () => {
    const { quick, accepted, refused, disagreements } = await compareSignatures(20261125, 80);
    expect(disagreements).to.deep.equal([]);
    expect(quick).to.be.above(20);
    expect(Math.min(accepted, refused)).to.be.above(5);
  });

  it('verifying by template gives the verdicts of the stock libraries, for credentials changed in every way', async () => {
    const { quick, accepted, refused, disagreements } = await compareVerdicts(20261125, 150);
    expect(disagreements).to.deep.equal([]);
    expect(quick).to.be.above(50);
    expect(Math.min(accepted, refused)).to.be.above(50);
  });

  it('a known shape lets no proofs in that the guard would refuse, and nothing beside them', async () => {
    const known = await learntLoader();
    const secured = await signUnder(known, certificate(ordinaryValues(9)));
    const proof = secured.proof as JsonObject;
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);
    const changed: JsonObject[] = [
      { ...secured, proof: { ...proof, nonce: 'x'.repeat(990_000) } },
      { ...secured, proof: { ...proof, nonce: '\ud800' } },
      { ...secured, proof: { ...proof, nonce: nested(70) } },
      { ...secured, proof: { ...proof, nonce: new Array(990).fill('x') } },
      { ...secured, proof: JSON.parse(JSON.stringify({ ...proof, x: 0 }).replace('"x"', '"__proto__"')) },
      { ...secured, proof: new Array(6).fill(proof) },
      { ...secured, proof: [] },
      { ...secured, name: '\ud800' },
      JSON.parse(JSON.stringify({ ...secured, x: 0 }).replace('"x"', '"__proto__"')),
    ];
    for (const document of changed) {
      const found = await verifyProofs(document, { ...verifyOptions, documentLoader: known });
      expect(found.map(({ outcome }) => outcome)).not.to.include('passed');
      expect(found).to.deep.equal(
        await verifyProofs(document, { ...verifyOptions, documentLoader: stockLoader() }),
      );
    }
  });

  it('what is known under one loader is not known under another', async () => {
    const secured = await signUnder(stockLoader(), certificate(ordinaryValues(9)));
    expect(isQuick(await learntLoader(), secured)).to.equal(true);
    expect(isQuick(stockLoader(), secured)).to.equal(false);
  });
});
