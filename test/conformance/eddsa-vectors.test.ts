import { createHash } from 'node:crypto';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { expect } from 'chai';
import {
  createDocumentLoader,
  didKeyOf,
  importKey,
  type JsonObject,
  proofSuites,
  secure,
  verificationMethodOf,
} from '../../src/vc/index.ts';
import { createCheckSignature } from '../../src/vc/proof-signature.ts';

/**
 * Test vectors of the W3C Recommendation "Data Integrity EdDSA Cryptosuites v1.0" (appendix B, with its proof set and
 * chain): one unsigned credential, a key pair, and what must come out. Their issuer is a plain https URL that
 * lists no key, so only the signatures are checked here, not who may sign.
 */
const vectorIssuer = 'https://vc.example/issuers/5678';
const unsigned: JsonObject = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
  id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',
  type: ['VerifiableCredential', 'AlumniCredential'],
  name: 'Alumni Credential',
  description: 'A minimum viable example of an Alumni Credential.',
  issuer: vectorIssuer,
  validFrom: '2023-01-01T00:00:00Z',
  credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'The School of Examples' },
};
const documentHash = '517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017';
const created = '2023-02-24T23:36:38Z';
const key = importKey({
  type: 'Multikey',
  publicKeyMultibase: 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2',
  secretKeyMultibase: 'z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq',
  created,
});
const documentLoader = createDocumentLoader({ audience: 'test-suites' });
const methodOf = (publicKeyMultibase: string): string =>
  verificationMethodOf(didKeyOf(publicKeyMultibase), publicKeyMultibase);

const proofValues = {
  'eddsa-rdfc-2022':
    'z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme',
  'eddsa-jcs-2022':
    'z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX',
  Ed25519Signature2020:
    'z57Mm1vboMtZiCyJ4aReZsv8co4Re64Y8GEjL1ZARzMbXZgkARFLqFs1P345NpPGG2hgCrS4nNdvJhpwnrNyG3kEF',
} as const;

const ed25519Context = 'https://w3id.org/security/suites/ed25519-2020/v1';

describe('W3C vectors for eddsa-rdfc-2022, eddsa-jcs-2022 and Ed25519Signature2020', () => {
  it('the credential has the published hash after canonicalization', async () => {
    const canonical = await cryptosuite.canonize(unsigned, { documentLoader, base: null, safe: true });
    expect(createHash('sha256').update(canonical).digest('hex')).to.equal(documentHash);
  });

  for (const name of proofSuites) {
    it(`${name} gives the published signature`, async () => {
      const { proof } = await secure(unsigned, {
        key,
        verificationMethod: methodOf(key.publicKeyMultibase),
        issuer: vectorIssuer,
        created: new Date(created),
        proofs: [name],
        documentLoader,
      });
      expect(proof).to.include({ created, proofValue: proofValues[name] });
    });

    it(`${name}: the published signature verifies over the published document and no other`, async () => {
      const id = methodOf(key.publicKeyMultibase);
      const jcs = name === 'eddsa-jcs-2022';
      const proof = {
        ...(name === 'Ed25519Signature2020'
          ? { type: name }
          : { type: 'DataIntegrityProof', cryptosuite: name }),
        created,
        verificationMethod: id,
        proofPurpose: 'assertionMethod',
        proofValue: proofValues[name],
        ...(jcs ? { '@context': unsigned['@context'] } : {}),
      };
      const document =
        name === 'Ed25519Signature2020'
          ? { ...unsigned, '@context': [...(unsigned['@context'] as string[]), ed25519Context] }
          : unsigned;
      const outcomeOf = async (changed: JsonObject): Promise<string> => {
        const own = {
          id,
          controller: didKeyOf(key.publicKeyMultibase),
          publicKeyMultibase: key.publicKeyMultibase,
        };
        const check = createCheckSignature(documentLoader);
        return (await check({ suite: name, document: changed, proof, key: own })).outcome;
      };
      expect(await outcomeOf(document)).to.equal('passed');
      expect(await outcomeOf({ ...document, name: 'Alumni credential' })).to.equal('failed');
    });
  }
});

type Link = {
  id?: string;
  publicKeyMultibase: string;
  created: string;
  previousProof?: string[];
  proofValue: string;
};
const [setFirst, setSecond, chainThird, chainLast] = [
  {
    id: 'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544',
    publicKeyMultibase: 'z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7',
    created,
    proofValue: 'z66vWyqwAghu52WbpRkCwFRTu6Msn92ArtjpJ3gGMSVoU5RADwBfszoDt1QWY8owqLPz4nTj7hAwV7xFti1p93zdr',
  },
  {
    id: 'urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54',
    publicKeyMultibase: 'z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E',
    created,
    proofValue: 'z2scr94SNNrGpP2bE7ajvKWeUHm7HJ2edDkxpARvFAQ8V3USzwEzibqrXKaLHBrWostswsfvg82twQR88BgtnsrXY',
  },
  {
    id: 'urn:uuid:d94f792a-c546-4d06-b38a-da070ab56c23',
    publicKeyMultibase: 'z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1',
    created: '2023-02-26T22:06:38Z',
    previousProof: [
      'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544',
      'urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54',
    ],
    proofValue: 'zWaPeEvBAkhQpNQj8pknuvg5STcKnt3cvM9t4kAYeJETFjvVMSXEEjadC4uxC9fKCn6JHbjt6fj2fhoaVNynBm6J',
  },
  {
    publicKeyMultibase: 'z6Mkm1S51iPHJvDEkJ9MRtxJmT8Pqo6wHipAFwBAjN83vntT',
    created: '2023-02-26T22:16:38Z',
    previousProof: ['urn:uuid:d94f792a-c546-4d06-b38a-da070ab56c23'],
    proofValue: 'z4b5uUtxNiV4E541LiR8qLvA21xM1Vt4Hfn6nLmmDePdFvLB3jFj3HyEEJyRMbpJzv4Gfdr8ABeuRTxAvZv6KWRRh',
  },
] as const satisfies readonly Link[];

const proofOf = ({ publicKeyMultibase, ...link }: Link | typeof chainThird): JsonObject => ({
  type: 'DataIntegrityProof',
  cryptosuite: 'eddsa-rdfc-2022',
  verificationMethod: methodOf(publicKeyMultibase),
  proofPurpose: 'assertionMethod',
  ...link,
});

describe('W3C vectors for proof sets and chains', () => {
  const outcome = async (link: Parameters<typeof proofOf>[0], document: JsonObject): Promise<string> => {
    const { publicKeyMultibase } = link;
    const verdict = await createCheckSignature(documentLoader)({
      suite: 'eddsa-rdfc-2022',
      document,
      proof: proofOf(link),
      key: { id: methodOf(publicKeyMultibase), controller: didKeyOf(publicKeyMultibase), publicKeyMultibase },
    });
    return verdict.outcome;
  };

  it('each proof of the set signs the bare document', async () => {
    expect(await outcome(setFirst, unsigned)).to.equal('passed');
    expect(await outcome(setSecond, unsigned)).to.equal('passed');
    expect(await outcome(setSecond, { ...unsigned, name: 'x' })).to.equal('failed');
  });

  it('a link of the chain signs the proofs it names along with the document', async () => {
    const proof = [proofOf(setFirst), proofOf(setSecond)];
    expect(await outcome(chainThird, { ...unsigned, proof })).to.equal('passed');
    expect(await outcome(chainLast, { ...unsigned, proof: [proofOf(chainThird)] })).to.equal('passed');
    expect(await outcome(chainThird, unsigned)).to.equal('failed');
    expect(await outcome(chainThird, { ...unsigned, proof: proof.slice(1) })).to.equal('failed');
  });
});
