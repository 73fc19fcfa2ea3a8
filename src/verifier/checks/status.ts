import {
  checkShape,
  decodeBits,
  guardDocument,
  type JsonObject,
  readBit,
  type StatusBits,
  StatusListError,
} from '../../vc/index.ts';
import { type Check, couldNotTell, failed, passed } from '../report.ts';
import { issuerIdOf } from './issuer.ts';

/** Fetches a published document by its URL: nothing when it cannot be reached. */
export type FetchDocument = (url: string) => Promise<unknown>;

type StatusDeps = {
  fetchDocument: FetchDocument;
  /** Whether the list's own signature holds. */
  isAuthentic(list: JsonObject): Promise<boolean>;
  /** Whether the one who signed the list may speak for the one who signed the credential. */
  isSameIssuer(list: string, credential: string): boolean;
  now: Date;
  /** Whether this issuer gives every certificate a place on a list. */
  alwaysLists: boolean;
};

type Entry = { purpose: string; index: number; listUrl: string };

/** Each entry may cost a fetch and a signature. Issuers write one, or one for each purpose. */
const maxEntries = 8;

const purposes = ['revocation', 'suspension'];

/** A list that was read and may be believed, or why it may not. */
type ReadList =
  | { ok: true; bits: StatusBits; publishedAt: string }
  | { ok: false; reason: string; publishedAt?: string };

const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** An entry to be looked up, or why it cannot be; nothing for one that says nothing about validity. */
const readEntry = (item: unknown): Entry | { doubt: string } | undefined => {
  const entry = (item ?? {}) as JsonObject;
  if (!asList(entry.type).includes('BitstringStatusListEntry')) return { doubt: 'status-type-not-known' };
  if (typeof entry.statusPurpose !== 'string') return { doubt: 'entry-malformed' };
  if (!purposes.includes(entry.statusPurpose)) return undefined;
  // More bits than one are for messages (Bitstring Status List 1.0, 2.1): there is no yes or no to read from them.
  if (entry.statusSize !== undefined && entry.statusSize !== 1) return { doubt: 'status-size-not-known' };
  const index = String(entry.statusListIndex);
  if (typeof entry.statusListCredential !== 'string' || !/^\d{1,9}$/.test(index)) {
    return { doubt: 'entry-malformed' };
  }
  return { purpose: entry.statusPurpose, index: Number(index), listUrl: entry.statusListCredential };
};

const unpacked = new WeakMap<JsonObject, { from: unknown; bits: StatusBits }>();
/** A list that comes as the same object again, from memory, is unpacked once: that takes as long as a signature. */
const bitsOf = (list: JsonObject, encodedList: unknown): StatusBits => {
  const known = unpacked.get(list);
  if (known && known.from === encodedList) return known.bits;
  const bits = decodeBits(encodedList);
  unpacked.set(list, { from: encodedList, bits });
  return bits;
};

/** Bitstring Status List 1.0, 3.2 (validate algorithm), each way to go wrong with a name of its own. */
const readList = async (entry: Entry, issuer: string, deps: StatusDeps): Promise<ReadList> => {
  const no = (reason: string): ReadList => ({ ok: false, reason });
  const guarded = guardDocument(
    (await deps.fetchDocument(entry.listUrl).catch(() => undefined)) ?? undefined,
  );
  if (!guarded.ok) return no('list-unreachable');
  const list = guarded.document;
  const subject = (asList(list.credentialSubject)[0] ?? {}) as JsonObject;
  if (checkShape(list).length > 0 || !asList(subject.type).includes('BitstringStatusList'))
    return no('list-malformed');
  if (list.id !== entry.listUrl) return no('list-of-another-address');
  if (!deps.isSameIssuer(issuerIdOf(list), issuer)) return no('list-of-another-issuer');
  // One list may serve several purposes (Bitstring Status List 1.0, 2.2).
  if (!asList(subject.statusPurpose).includes(entry.purpose)) return no('list-for-another-purpose');
  if (!(await deps.isAuthentic(list))) return no('list-not-authentic');
  if (typeof list.validFrom !== 'string') return no('list-undated');
  const publishedAt = list.validFrom;
  if (!isCurrent(list, deps.now)) return { ok: false, reason: 'list-stale', publishedAt };
  try {
    return { ok: true, bits: bitsOf(list, subject.encodedList), publishedAt };
  } catch (error) {
    if (error instanceof StatusListError) {
      return no(error.fault === 'STATUS_LIST_LENGTH_ERROR' ? 'list-too-short' : 'list-malformed');
    }
    throw error;
  }
};

/** Clocks differ a little, in milliseconds: a list signed a moment ago elsewhere is not from the future. */
const skew = 5 * 60_000;

/** Both comparisons fail for a date that cannot be read. */
const isCurrent = (list: JsonObject, now: Date): boolean => {
  const { validFrom, validUntil } = list;
  const begun = new Date(String(validFrom)).getTime() <= now.getTime() + skew;
  return begun && (validUntil === undefined || new Date(String(validUntil)) > now);
};

const checkEntry = async (entry: Entry, issuer: string, deps: StatusDeps): Promise<Check> => {
  const list = await readList(entry, issuer, deps);
  if (!list.ok) {
    const { reason, publishedAt } = list;
    return couldNotTell('status', reason, { list: entry.listUrl, ...(publishedAt ? { publishedAt } : {}) });
  }
  if (entry.index >= list.bits.length * 8)
    return couldNotTell('status', 'index-out-of-range', { list: entry.listUrl });
  const seconds = Math.max(0, Math.round((deps.now.getTime() - new Date(list.publishedAt).getTime()) / 1000));
  const evidence = { list: entry.listUrl, publishedAt: list.publishedAt, ageSeconds: seconds };
  if (!readBit(list.bits, entry.index)) return passed('status', 'not-withdrawn', evidence);
  return failed('status', entry.purpose === 'revocation' ? 'revoked' : 'suspended', evidence);
};

/** Bad news first, then doubts: one set bit decides, whatever the other entries say. */
const worst = (checks: readonly Check[]): Check | undefined =>
  checks.find(({ reason }) => reason === 'revoked') ??
  checks.find(({ outcome }) => outcome === 'failed') ??
  checks.find(({ outcome }) => outcome === 'could-not-tell') ??
  checks[0];

/**
 * Has the issuer withdrawn it? Reads every revocation and suspension entry; entries for other purposes (a message, a
 * refresh) say nothing about validity. The verdict is the bit itself: a list that verifies is not yet good news.
 */
export const checkStatus = async (credential: JsonObject, deps: StatusDeps): Promise<Check> => {
  const entries = asList(credential.credentialStatus);
  if (entries.length === 0) return withoutEntry(deps);
  if (entries.length > maxEntries) return couldNotTell('status', 'too-many-entries');
  const checks: Check[] = [];
  for (const item of entries) {
    const entry = readEntry(item);
    if (!entry) continue;
    if ('doubt' in entry) checks.push(couldNotTell('status', entry.doubt));
    else checks.push(await checkEntry(entry, issuerIdOf(credential), deps));
  }
  return worst(checks) ?? withoutEntry(deps);
};

/** What could not be withdrawn is no certificate of an issuer who can withdraw each: a status list, say. */
const withoutEntry = ({ alwaysLists }: StatusDeps): Check =>
  alwaysLists ? couldNotTell('status', 'entry-missing') : passed('status', 'no-status-published');
