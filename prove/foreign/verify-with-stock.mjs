/**
 * `node prove/foreign/verify-with-stock.mjs <credential.json>`: a stranger's verifier. The stock libraries, the context
 * files as they are shipped, and a did:key document written by hand; nothing of this product's code. Answers one JSON line:
 * whether each proof verifies, alone.
 */
import { readFileSync } from 'node:fs';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';

const contexts = new URL('../../contexts/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', contexts), 'utf8'));

const answer = (documentUrl, document) => ({ contextUrl: null, documentUrl, document });

/** did:key method: the identifier is the public key. */
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

const documentLoader = async (url) => {
  if (url.startsWith('did:key:')) return answer(url, didKey(url));
  const entry = index.find((one) => one.url === url);
  if (!entry) throw new Error(`not on board: ${url}`);
  return answer(url, JSON.parse(readFileSync(new URL(entry.file, contexts), 'utf8')));
};

const suites = {
  'eddsa-rdfc-2022': () => new DataIntegrityProof({ cryptosuite }),
  Ed25519Signature2020: () => new Ed25519Signature2020(),
};

const nameOf = (proof) => proof.cryptosuite ?? proof.type;

const verifies = async (credential, name) => {
  const proofs = [credential.proof].flat().filter((proof) => nameOf(proof) === name);
  if (proofs.length !== 1) return false;
  const { verified } = await verifyCredential({
    credential: { ...credential, proof: proofs[0] },
    suite: suites[name](),
    documentLoader,
    // The bit is not what this program looks at.
    checkStatus: async () => ({ verified: true }),
  });
  return verified === true;
};

const credential = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const results = {};
for (const name of Object.keys(suites)) results[name] = await verifies(credential, name);
process.stdout.write(`${JSON.stringify(results)}\n`);
