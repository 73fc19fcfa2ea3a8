/**
 * `node prove/foreign/judge.mjs`: a stranger who reads a number and a credential per line and answers, by number, what the stock
 * library says of its proofs: `good`, `bad`, or `unclear` where it does not come to judge them.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as rdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';

// One hostile document must not spoil what the library says of the next: it writes to this prototype.
Object.preventExtensions(Object.prototype);

const contexts = new URL('../../contexts/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', contexts), 'utf8'));
const documents = new Map(
  index.map(({ url, file }) => [url, JSON.parse(readFileSync(new URL(file, contexts), 'utf8'))]),
);

const didKey = (url) => {
  const [did, fragment] = url.split('#');
  const publicKeyMultibase = did.slice('did:key:'.length);
  const method = {
    id: `${did}#${publicKeyMultibase}`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase,
  };
  if (fragment) return { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [method],
    assertionMethod: [method.id],
  };
};

const documentLoader = async (documentUrl) => {
  const document = documentUrl.startsWith('did:key:') ? didKey(documentUrl) : documents.get(documentUrl);
  if (!document) throw new Error(`not on board: ${documentUrl}`);
  return { contextUrl: null, documentUrl, document: structuredClone(document) };
};

const suiteOf = ({ type, cryptosuite }) => {
  if (type === 'Ed25519Signature2020') return new Ed25519Signature2020();
  if (type !== 'DataIntegrityProof') return undefined;
  if (cryptosuite === 'eddsa-rdfc-2022') return new DataIntegrityProof({ cryptosuite: rdfc });
  return cryptosuite === 'eddsa-jcs-2022'
    ? new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() })
    : undefined;
};

/** Proofs are judged only when the library came as far as that: its own rules of shape and dates stand before. */
const judgeProof = async (credential, proof) => {
  const suite = suiteOf(proof);
  if (!suite) return 'unclear';
  const checkStatus = async () => ({ verified: true });
  const result = await verifyCredential({
    credential: { ...credential, proof },
    suite,
    documentLoader,
    checkStatus,
  });
  if (!Array.isArray(result.results)) return 'unclear';
  return result.results.every(({ verified }) => verified) ? 'good' : 'bad';
};

const judge = async (line) => {
  const credential = JSON.parse(line);
  const proofs = [credential?.proof].flat().filter((proof) => typeof proof === 'object' && proof !== null);
  if (proofs.length === 0 || proofs.some(({ previousProof }) => previousProof !== undefined))
    return 'unclear';
  const verdicts = [];
  for (const proof of proofs) verdicts.push(await judgeProof(credential, proof));
  if (verdicts.includes('bad')) return 'bad';
  return verdicts.includes('unclear') ? 'unclear' : 'good';
};

for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(' ');
  const verdict = await judge(line.slice(space + 1)).catch(() => 'unclear');
  process.stdout.write(`${line.slice(0, space)} ${verdict}\n`);
}
