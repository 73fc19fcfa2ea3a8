/**
 * What every foreign program needs and nobody's library gives: the contexts as they are shipped, `did:key` documents
 * written by hand, and a conversation: a JSON array of tasks on stdin, their answers on stdout.
 */
import { readFileSync } from 'node:fs';

const contexts = new URL('../../contexts/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', contexts), 'utf8'));

const answer = (documentUrl, document) => ({ contextUrl: null, documentUrl, document });

/** did:key method: the identifier is the public key. */
export const didKeyDocument = (did) => {
  const publicKeyMultibase = did.slice('did:key:'.length);
  const method = {
    id: `${did}#${publicKeyMultibase}`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase,
  };
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [method],
    assertionMethod: [method.id],
  };
};

export const documentLoader = async (url) => {
  if (url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#');
    const document = didKeyDocument(did);
    if (!fragment) return answer(url, document);
    return answer(url, {
      '@context': 'https://w3id.org/security/multikey/v1',
      ...document.verificationMethod[0],
    });
  }
  const entry = index.find((one) => one.url === url);
  if (!entry) throw new Error(`not on board: ${url}`);
  return answer(url, JSON.parse(readFileSync(new URL(entry.file, contexts), 'utf8')));
};

/** The bit is not what these programs look at. */
export const checkStatus = async () => ({ verified: true });

/**
 * Answers `{do: 'verify' | 'issue', form, credential}` one after the other; a refusal is an answer too, so that the caller
 * can tell "no" from "broken".
 */
export const converse = async ({ verify, issue }) => {
  const tasks = JSON.parse(readFileSync(0, 'utf8'));
  const answers = [];
  for (const task of tasks) {
    try {
      if (task.do === 'issue') answers.push({ credential: await issue(task) });
      else answers.push(await verify(task));
    } catch (error) {
      answers.push({ verified: false, why: String(error?.message ?? error).slice(0, 300) });
    }
  }
  process.stdout.write(`${JSON.stringify(answers)}\n`);
};

/** The why of the stock libraries lies some levels down. */
export const reasonOf = ({ error }) =>
  [error?.message, ...(error?.errors ?? []).map(({ message }) => message)]
    .filter(Boolean)
    .join('; ')
    .slice(0, 300);

/** A set holds several proofs; each form is asked for by itself. */
export const withOnly = (credential, form) => {
  const proofs = [credential.proof].flat().filter((proof) => (proof.cryptosuite ?? proof.type) === form);
  if (proofs.length !== 1) throw new Error(`${proofs.length} proofs of the form ${form}`);
  return { ...credential, proof: proofs[0] };
};
