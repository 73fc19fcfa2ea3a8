import {
  type CompactTable,
  createCompactTable,
  createDocumentLoader,
  encodeCompact,
  type JsonObject,
} from '../../vc/index.ts';
import type { OfflineCode } from '../certificate.ts';
import type { Signer } from '../signer.ts';
import type { CompactTableStore } from './compact-table-store.ts';
import { composeCompact } from './compose-compact.ts';

type Deps = { signer: Signer; tables: CompactTableStore; baseUrl: string };

export type OfflineCodes = {
  /**
   * Signs what the second code of the sheet holds, for a credential that is about to be signed in the issuer's name.
   * @throws DomainError `issuing-unavailable` without a usable key
   */
  write(credential: JsonObject, issuer: string, created: Date): Promise<OfflineCode>;
};

/** Writes the codes that verify without network. A table is kept before a code that needs it leaves this function. */
export const createOfflineCodes = ({ signer, tables, baseUrl }: Deps): OfflineCodes => {
  const documentLoader = createDocumentLoader();
  const kept = new Map<string, CompactTable>();

  const tableFor = async (issuer: string, verificationMethod: string): Promise<CompactTable> => {
    const known = kept.get(verificationMethod);
    if (known) return known;
    const table = await createCompactTable({ issuer, verificationMethod, baseUrl }, documentLoader);
    await tables.keep(table);
    kept.set(verificationMethod, table);
    return table;
  };

  return {
    write: async (credential, issuer, created) => {
      const signed = await signer.sign(composeCompact(credential), issuer, created, ['eddsa-rdfc-2022']);
      const { verificationMethod } = signed.proof as JsonObject;
      const table = await tableFor(issuer, String(verificationMethod));
      const text = await encodeCompact(signed, { table, documentLoader });
      return text === undefined ? { kind: 'too-long' } : { kind: 'written', text };
    },
  };
};
