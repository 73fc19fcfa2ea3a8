import { expect } from 'chai';
import {
  createDocumentLoader,
  type JsonObject,
  resolveDid,
  secure,
  verifyProofs,
} from '../../src/vc/index.ts';
import { badge, bothProofs, created, issuer, key, sign, verificationMethod } from './sample.ts';

/** A member whose value is a reference: its text becomes the id of a node. */
const withReference = (document: JsonObject, id: string): JsonObject => {
  const subject = document.credentialSubject as JsonObject;
  const achievement = { ...(subject.achievement as JsonObject), image: id };
  return { ...document, credentialSubject: { ...subject, achievement } };
};

/** With a loader that has learnt no shape yet: templates would keep the document away from jsonld. */
const verify = async (credential: JsonObject): Promise<string[]> =>
  (await verifyProofs(credential, { documentLoader: createDocumentLoader(), resolveDid })).map(
    ({ reason }) => reason,
  );

const signing = { key, issuer, verificationMethod, created, proofs: bothProofs };

/** `__proto__` put together by a context, so that the text itself does not hold it. */
const assembled = (document: JsonObject): JsonObject => ({
  ...withReference(document, 'x'),
  '@context': [
    ...(document['@context'] as unknown[]),
    { '@vocab': '__pro', pointsAt: { '@id': 'https://example.org/pointsAt', '@type': '@vocab' } },
  ],
  pointsAt: 'to__',
});

describe('A reference to what every object has', () => {
  const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'];
  const namesNow = (): string => Reflect.ownKeys(Object.prototype).map(String).sort().join();
  const names = namesNow();

  it('is refused, is never written into that object, and spoils no later document', async () => {
    const genuine = await sign();
    const good = ['signature-valid', 'signature-valid'];
    const hostile = [...inherited.map((id) => withReference(genuine, id)), assembled(genuine)];
    for (const document of hostile) {
      expect(await verify(document)).not.to.include('signature-valid');
      expect(namesNow()).to.equal(names);
      expect(await verify(genuine)).to.deep.equal(good);
    }
    expect(await verify(withReference(genuine, '__proto__'))).to.deep.equal([
      'undefined-terms',
      'undefined-terms',
    ]);
  });

  it('is not signed', async () => {
    for (const id of inherited) {
      const refused = await secure(withReference(badge(), id), {
        ...signing,
        documentLoader: createDocumentLoader(),
      }).catch((error) => error.code);
      expect(refused, id).to.equal('undefined-terms');
    }
    expect(namesNow()).to.equal(names);
  });
});
