import type { Clock } from '../platform/clock.ts';
import type { DirectAnswer } from '../platform/http/direct-answer.ts';
import type { Language, Translations } from '../platform/i18n.ts';
import type { CompactTable, JsonObject } from '../vc/index.ts';
import type { Achievement } from './achievement.ts';
import type { CertificateStore } from './certificate-store.ts';
import { ownDidDocument } from './did-document.ts';
import { wellKnownDid } from './issuer-identity.ts';
import type { IssuerKey } from './key-history.ts';
import type { KeyRegister } from './key-register.ts';
import type { Keyring } from './keyring.ts';
import type { CompactTableStore } from './offline/compact-table-store.ts';
import { createTableRoutes } from './offline/routes.ts';
import { createPublicDocuments, didPath } from './public-documents.ts';
import { createPublicMemory } from './public-memory.ts';
import type { PublicRecord } from './public-record.ts';
import { type PublishedAchievement, publishAchievement } from './publish-achievement.ts';
import { createDirectDocuments, createIssuerRoutes } from './routes.ts';
import type { StatusEntryStore } from './status-entry-store.ts';
import type { StatusLists } from './status-list.ts';
import type { StatusListStore } from './status-list-store.ts';
import { type TestIssuer, testPrefix } from './test-issuer.ts';

/** What this issuer has published, as of now. */
export type PublishedAll = {
  issuers: readonly { did: string; document: JsonObject }[];
  keys: readonly IssuerKey[];
  tables: readonly CompactTable[];
  statusLists: readonly JsonObject[];
};

/** What anybody may read of this issuer, and what verifying asks for. */
export type Publication = {
  publicRecord(identifier: string): Promise<PublicRecord | undefined>;
  /** The same object as `publicRecord` would answer, if that can be said at once. */
  publicRecordAtOnce(identifier: string): PublicRecord | undefined;
  /** Every key with its state and dates, as the verifier must know them; a few seconds old at most. */
  keyHistory(): Promise<readonly IssuerKey[]>;
  /** The same object as `keyHistory` would answer, if that can be said at once. */
  keyHistoryAtOnce(): readonly IssuerKey[] | undefined;
  /** What stands behind the achievement id of a credential (`/achievements/<course>/<version>`). */
  achievement(
    courseId: string,
    courseVersion: number,
    language: Language,
  ): Promise<PublishedAchievement | undefined>;
  /**
   * A document that this service publishes, or published before it moved: DID document or status list.
   * @throws DomainError `issuing-unavailable` for a list that is behind and cannot be signed.
   */
  publicDocument(url: string): Promise<JsonObject | undefined>;
  /** The same object as `publicDocument` would answer, if that can be said at once. */
  publicDocumentAtOnce(url: string): JsonObject | undefined;
  /** The address of this service's DID document, for `publicDocument`. */
  didDocumentUrl: string;
  /** Every DID under which this service has issued. */
  ownDids(): Promise<string[]>;
  /** The table by which a printed code is read. */
  compactTable(registryEntryId: number): Promise<CompactTable | undefined>;
  /** All that somebody without network needs: every own DID document, table and status list. */
  published(): Promise<PublishedAll>;
  routes: ReturnType<typeof createIssuerRoutes>;
  /** `GET /offline/tables/…`, without cookie. */
  tableRoutes: ReturnType<typeof createTableRoutes>;
  /** The public documents, for what answers before Express. */
  directDocuments: DirectAnswer;
};

/** Asks learning what a published course version lets people earn. */
export type AchievementOf = (courseId: string, courseVersion: number) => Promise<Achievement | undefined>;

type Deps = {
  baseUrl: string;
  certificates: CertificateStore;
  register: KeyRegister;
  keyring: Keyring;
  entries: StatusEntryStore;
  lists: StatusListStore;
  statusLists: StatusLists;
  tables: CompactTableStore;
  test: TestIssuer;
  achievementOf: AchievementOf;
  translations: Pick<Translations, 'words'>;
  clock: Clock;
  /**
   * How long a change that another process made may stay unseen in what is answered from memory, in milliseconds. This
   * process's own changes show at once.
   */
  freshFor?: number;
};

/** With what a reading and an answer take, another process's revocation shows within the second. */
const usuallyFreshFor = 800;

const createDocuments = (deps: Deps, freshFor: number) => {
  const { baseUrl, register, entries, lists, statusLists, test, clock } = deps;
  return createPublicDocuments({
    didDocument: async () => ownDidDocument(wellKnownDid(baseUrl), await register.all()),
    listById: async (id) =>
      (await (id.startsWith(testPrefix) ? test.statusLists : statusLists).published({ id }))?.credential,
    listByUrl: async (url) =>
      ((await statusLists.published({ url })) ?? (await test.statusLists.published({ url })))?.credential,
    // Those of the test issuer have the same schemas, and are counted with them.
    changes: () => lists.changes() + entries.writes() + register.changes(),
    now: () => clock.now(),
    freshFor,
  });
};

export const createPublication = (deps: Deps): Publication => {
  const { baseUrl, register, keyring, statusLists, tables } = deps;
  const freshFor = deps.freshFor ?? usuallyFreshFor;
  const didDocumentUrl = `${new URL(baseUrl).origin}${didPath}`;
  const known = createPublicMemory({ ...deps, issuersOf: () => statusLists.issuers(), freshFor });
  const documents = createDocuments(deps, freshFor);
  const didDocument = async (did: string): Promise<JsonObject> => ownDidDocument(did, await register.all());

  return {
    publicRecord: known.record,
    publicRecordAtOnce: known.recordAtOnce,
    keyHistory: known.keyHistory,
    keyHistoryAtOnce: known.keyHistoryAtOnce,
    achievement: async (courseId, courseVersion, language) => {
      const achievement = await deps.achievementOf(courseId, courseVersion);
      return achievement && publishAchievement(achievement, deps.translations.words(language), baseUrl);
    },
    publicDocument: async (url) => {
      // As they are usually asked for: every check of a certificate asks for these several times.
      if (url === didDocumentUrl) return documents.read(didPath);
      const kept = url.startsWith('http') ? documents.readAtOnce(url) : undefined;
      if (kept) return kept;
      const parsed = URL.parse(url);
      if (parsed?.pathname !== didPath) return parsed ? documents.read(url) : undefined;
      const did = wellKnownDid(parsed.origin);
      if (did === wellKnownDid(baseUrl)) return documents.read(didPath);
      return (await known.ownDids()).includes(did) ? didDocument(did) : undefined;
    },
    publicDocumentAtOnce: (url) => documents.readAtOnce(url === didDocumentUrl ? didPath : url),
    didDocumentUrl,
    ownDids: known.ownDids,
    compactTable: (registryEntryId) => tables.byId(registryEntryId),
    published: async () => ({
      issuers: await Promise.all(
        (await known.ownDids()).map(async (did) => ({ did, document: await didDocument(did) })),
      ),
      keys: await keyring.history(),
      tables: await tables.all(),
      statusLists: await statusLists.everyPublished(),
    }),
    routes: createIssuerRoutes(documents),
    tableRoutes: createTableRoutes(tables),
    directDocuments: createDirectDocuments(documents),
  };
};
