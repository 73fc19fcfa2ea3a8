import { readFileSync } from 'node:fs';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { generate } from '@digitalbazaar/ed25519-multikey';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { signPresentation } from '@digitalbazaar/vc';

/** A scripted wallet: stock libraries, a key of its own, and the context files; nothing of the product's code. */
export type Wallet = {
  did: string;
  /** Signs that it holds its key, for an occasion; with credentials, where some are to be shown. */
  present(
    occasion: Occasion,
    suite?: WalletSuite,
    credentials?: readonly unknown[],
  ): Promise<Record<string, unknown>>;
};

export type WalletSuite = 'Ed25519Signature2020' | 'eddsa-rdfc-2022';
export type Occasion = { challenge: string; domain: string };

const contexts = new URL('../../contexts/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', contexts), 'utf8')) as {
  url: string;
  file: string;
}[];

const documentLoader = async (url: string) => {
  const entry = index.find((one) => one.url === url);
  if (!entry) throw new Error(`not on board: ${url}`);
  const document: unknown = JSON.parse(readFileSync(new URL(entry.file, contexts), 'utf8'));
  return { contextUrl: null, documentUrl: url, document };
};

const suiteContexts: Record<WalletSuite, string> = {
  Ed25519Signature2020: 'https://w3id.org/security/suites/ed25519-2020/v1',
  'eddsa-rdfc-2022': 'https://w3id.org/security/data-integrity/v2',
};

export const createWallet = async (): Promise<Wallet> => {
  const key = await generate({});
  const did = `did:key:${key.publicKeyMultibase}`;
  const signer = { ...key.signer(), id: `${did}#${key.publicKeyMultibase}` };
  return {
    did,
    present: (occasion, suite = 'Ed25519Signature2020', credentials = []) =>
      signPresentation({
        presentation: {
          '@context': ['https://www.w3.org/ns/credentials/v2', suiteContexts[suite]],
          type: ['VerifiablePresentation'],
          holder: did,
          ...(credentials.length > 0 ? { verifiableCredential: credentials } : {}),
        },
        suite:
          suite === 'Ed25519Signature2020'
            ? new Ed25519Signature2020({ signer })
            : new DataIntegrityProof({ signer, cryptosuite }),
        documentLoader,
        ...occasion,
      }),
  };
};
