import {
  type CompactTable,
  createVerify,
  didWebUrl,
  type FetchDocument,
  guardDocument,
  type JsonObject,
  type Report,
  readCompactTable,
  receiptPath,
} from '../../../verifier/portable.ts';
import { type Snapshot, withDates } from '../snapshot.ts';

/** What loading a file of newer lists did. */
export type Loaded = { lists: number; refused: number };

/**
 * All that this copy knows. Issuers and their keys come with the page and never change: whoever could add a key could
 * make certificates. A newer file may bring status lists, each believed only by the signature of a key on board and only
 * when it is newer than the one it replaces, and tables, which are named after their content.
 */
export const createKnowledge = (snapshot: Snapshot, now: () => Date) => {
  const documents = new Map<string, JsonObject>();
  const lists = new Map<string, JsonObject>();
  const tables = new Map<number, CompactTable>();
  for (const { did, document } of snapshot.issuers) {
    const url = didWebUrl(did);
    if (url) documents.set(url, document);
  }
  for (const list of snapshot.statusLists) lists.set(String(list.id), list);
  const learnTables = (values: readonly unknown[]): void => {
    for (const table of values.map(readCompactTable)) if (table) tables.set(table.registryEntryId, table);
  };
  learnTables(snapshot.tables);

  const fetchFrom =
    (known: ReadonlyMap<string, JsonObject>): FetchDocument =>
    async (url) =>
      documents.get(url) ?? known.get(url);
  const trusted = snapshot.issuers.map(({ did, keys }) => ({
    did,
    name: snapshot.operator,
    keys: keys.map(withDates),
  }));
  const verifyWith = (known: ReadonlyMap<string, JsonObject>) =>
    createVerify({
      trustedIssuers: async () => trusted,
      fetchDocument: fetchFrom(known),
      compactTable: async (id) => tables.get(id),
      isReceipt: (id) => id.startsWith(`${snapshot.baseUrl}${receiptPath}`),
      clock: { now },
    }).verify;
  const verify = verifyWith(lists);

  /** A list is a credential: it is let in when signature and issuer pass, and it is dated later than what is known. */
  const isNewer = async (list: JsonObject): Promise<boolean> => {
    const { checks } = await verifyWith(new Map())(list);
    const sound = ['format', 'signature', 'issuer'].every((name) =>
      checks.some((check) => check.name === name && check.outcome === 'passed'),
    );
    const from = (document: JsonObject | undefined): number =>
      new Date(String(document?.validFrom ?? 0)).getTime();
    return sound && from(list) > from(lists.get(String(list.id)));
  };

  return {
    verify: async (input: unknown): Promise<Report> => withUnknownKey(await verify(input)),

    /** When the oldest and the newest list were signed, for people to see; nothing when there are none. */
    age: (): { oldest: Date; newest: Date } | undefined => {
      const times = [...lists.values()].map(({ validFrom }) => new Date(String(validFrom)).getTime());
      if (times.length === 0) return undefined;
      return { oldest: new Date(Math.min(...times)), newest: new Date(Math.max(...times)) };
    },

    /** Takes from a file what is newer and true; of anything else, nothing. */
    load: async (text: string): Promise<Loaded | undefined> => {
      const file = readSnapshotFile(text);
      if (!file) return undefined;
      learnTables(file.tables);
      const loaded: Loaded = { lists: 0, refused: 0 };
      for (const item of file.statusLists) {
        const guarded = guardDocument(item);
        if (guarded.ok && (await isNewer(guarded.document))) {
          lists.set(String(guarded.document.id), guarded.document);
          loaded.lists += 1;
        } else loaded.refused += 1;
      }
      return loaded;
    },
  };
};

/**
 * A key that a DID document on board does not list may have been added after this copy was made: that is no proof of a
 * forgery, only something that cannot be checked here.
 */
const withUnknownKey = (report: Report): Report => {
  const unknown = report.checks.some(
    ({ name, reason }) => name === 'signature' && reason === 'method-not-found',
  );
  if (!unknown) return report;
  const checks = report.checks.map((check) =>
    check.name === 'signature'
      ? { ...check, outcome: 'could-not-tell' as const, reason: 'key-not-in-copy' }
      : check,
  );
  return { ...report, checks, verdict: 'could_not_check' };
};

/** Far above any number of lists and tables in use. */
const maxItems = 500;
const maxCharacters = 50_000_000;

const readSnapshotFile = (text: string): { statusLists: unknown[]; tables: unknown[] } | undefined => {
  if (text.length > maxCharacters) return undefined;
  try {
    const { format, statusLists, tables } = JSON.parse(text) as Record<string, unknown>;
    if (format !== 'offline-snapshot-1' || !Array.isArray(statusLists) || !Array.isArray(tables))
      return undefined;
    return statusLists.length + tables.length > maxItems ? undefined : { statusLists, tables };
  } catch {
    return undefined;
  }
};
