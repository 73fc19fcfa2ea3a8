import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Language } from '../../platform/i18n.ts';
import { defineJob, type JobKind, type JobRequest } from '../../platform/jobs/job.ts';
import { type Random, token } from '../../platform/random.ts';
import { looksLikeZip } from '../../platform/zip.ts';
import type { JsonObject } from '../../vc/index.ts';
import { type Finding, verdictOf } from '../finding.ts';
import type { DeskChecks } from '../verify-brought.ts';
import { type BulkCheck, type BulkItem, type BulkKind, keptDays } from './bulk-check.ts';
import type { BulkStore } from './bulk-store.ts';
import { type BroughtFile, readArchive } from './read-archive.ts';
import { type BroughtFault, readList } from './read-list.ts';

type Deps = {
  store: BulkStore;
  checks: DeskChecks;
  /** Signs what was found. @throws DomainError `issuing-unavailable` */
  signReceipt(check: BulkCheck, at: Date): Promise<JsonObject>;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  clock: Clock;
  random: Random;
};

export type Begun = { ok: true; secret: string } | { ok: false; fault: BroughtFault };

const jobName = 'check-in-bulk';
/** Archives under way hold their files in the database: more at once would only wait for each other. */
const mostArchives = 20;
/** A part is what a stop waits for. A number takes milliseconds, a page that was saved anew takes seconds. */
const partSizes: Record<BulkKind, number> = { one: 1, list: 100, archive: 5 };

const part = (id: string, number: number): JobRequest => ({
  key: `${jobName}:${id}:${number}`,
  name: jobName,
  payload: { id, part: number },
});

const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const numberOf = (finding: Finding): string | undefined => {
  if (finding.kind === 'unreadable') return undefined;
  if (finding.kind === 'unknown' && finding.why === 'not-a-number') return undefined;
  if (finding.kind !== 'report') return finding.identifier;
  const own = /\/v\/([0-9A-Z]{28})$/.exec(finding.report.facts?.credentialId ?? '')?.[1];
  return finding.identifier ?? own;
};

export const createCheckMany = ({ store, checks, signReceipt, enqueue, clock, random }: Deps) => {
  const begin = async (
    kind: BulkKind,
    brought: { items: readonly BulkItem[]; files?: readonly BroughtFile[]; language: Language },
  ): Promise<string> => {
    const { items, files = [], language } = brought;
    const secret = token(random);
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + keptDays * 86_400_000);
    const id = idOf(secret);
    // What could not be examined was found out now.
    const dated = items.map((item) =>
      item.verdict === undefined ? item : { ...item, checkedAt: createdAt },
    );
    await store.add({ id, kind, language, createdAt, expiresAt, items: dated }, files);
    await enqueue([part(id, 1)]);
    return secret;
  };

  const examine = async (check: BulkCheck, item: BulkItem): Promise<Finding> => {
    if (check.kind !== 'archive') return checks.lookUp(item.shown);
    const bytes = await store.file(check.id, item.row);
    return checks.examine({ kind: 'file', bytes: bytes ?? new Uint8Array() });
  };

  const noteOne = async (check: BulkCheck, place: number): Promise<void> => {
    const item = check.items[place];
    if (!item || item.verdict !== undefined) return;
    const finding = await examine(check, item);
    const number = numberOf(finding);
    await store.note(check.id, place, item.row, {
      verdict: verdictOf(finding),
      checkedAt: clock.now(),
      ...(number === undefined ? {} : { number }),
    });
  };

  /** Rows that repeat another are answered by it, once it is answered itself. */
  const noteRepeated = async (id: string): Promise<void> => {
    const check = await store.find(id, clock.now());
    for (const [place, { sameAs, verdict, row }] of (check?.items ?? []).entries()) {
      const first = check?.items.find((item) => item.row === sameAs);
      if (verdict !== undefined || !first?.verdict || !first.checkedAt) continue;
      const { number } = first;
      await store.note(id, place, row, {
        verdict: first.verdict,
        checkedAt: first.checkedAt,
        ...(number === undefined ? {} : { number }),
      });
    }
  };

  const finish = async (id: string): Promise<void> => {
    await noteRepeated(id);
    const check = await store.find(id, clock.now());
    if (!check || check.receipt) return;
    const at = clock.now();
    await store.finish(id, at, await signReceipt(check, at));
  };

  /** Does one part and asks for the next; what is answered already is left alone, however often it runs. */
  const run = async (id: string, number: number): Promise<void> => {
    const check = await store.find(id, clock.now());
    if (!check || check.receipt) return;
    const open = [...check.items.entries()].filter(
      ([, { verdict, sameAs }]) => verdict === undefined && sameAs === undefined,
    );
    const size = partSizes[check.kind];
    for (const [place] of open.slice(0, size)) await noteOne(check, place);
    if (open.length > size) return enqueue([part(id, number + 1)]);
    await finish(id);
  };

  return {
    /**
     * Takes in a list of numbers or an archive of certificates; the type is told by the content.
     * @throws DomainError `unavailable` while many archives are under way
     */
    brought: async (bytes: Uint8Array, language: Language): Promise<Begun> => {
      if (bytes.length === 0) return { ok: false, fault: { code: 'bulk-empty' } };
      const isArchive = looksLikeZip(bytes);
      const read = isArchive ? readArchive(bytes) : readList(bytes);
      if (!read.ok) return read;
      if (isArchive && (await store.archivesUnderWay(clock.now())) >= mostArchives)
        throw new DomainError('unavailable', 'unavailable', { retryAfterSeconds: 600 });
      const secret = await begin(isArchive ? 'archive' : 'list', { ...read, language });
      return { ok: true, secret };
    },

    /** A receipt for one certificate by its number: a list of one. */
    one: (number: string, language: Language): Promise<string> =>
      begin('one', { items: [{ row: 1, shown: number }], language }),

    /** The check behind the secret of its address, until it expires. */
    bySecret: (secret: string): Promise<BulkCheck | undefined> => store.find(idOf(secret), clock.now()),

    jobKinds: [
      defineJob(jobName, z.object({ id: z.string(), part: z.number() }), ({ id, part: number }) =>
        run(id, number),
      ),
    ] as readonly JobKind[],
  };
};
