import { personName } from '../../accounts/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import type { Certificate, SignedCertificate } from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { CorrectionApproved, CorrectionRefused } from '../events.ts';
import {
  type ApprovedCorrection,
  type Correction,
  type CorrectionStanding,
  isCorrectable,
  type RefusalReason,
  standingOf,
} from './correction.ts';
import type { CorrectionStore } from './correction-store.ts';
import { isSmallCorrection } from './name-rules.ts';

type Held = { identifier: string; accountId: string };
type Choice = Held & { name: string };

type Deps = {
  certificates: Pick<CertificateStore, 'byIdentifier'>;
  corrections: CorrectionStore;
  replace(correction: ApprovedCorrection): Promise<string | undefined>;
  /** Whether the typefaces cover a name. */
  covers(name: string): boolean;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

export type Corrections = {
  /** What the holder may do about the name. @throws DomainError `not-found` */
  standing(held: Held): Promise<CorrectionStanding>;
  /** The name as it would be printed. @throws DomainError `not-found`, `invalid-input`, `not-correctable` */
  judge(choice: Choice): Promise<string>;
  /**
   * Corrects the name without anybody looking: once, in the first 14 days, within the rules. Answers the new certificate's
   * number; repeated with the same name, the same one.
   * @throws DomainError `not-found`, `invalid-input`, `not-correctable`, `issuing-unavailable`
   */
  correct(choice: Choice): Promise<string>;
  /** Asks staff. @throws DomainError `not-found`, `invalid-input`, `not-correctable` */
  request(choice: Choice & { explanation: string }): Promise<void>;
  /** The oldest first. */
  pending(limit: number): Promise<Correction[]>;
  countPending(): Promise<number>;
  correction(id: string): Promise<Correction | undefined>;
  /** @throws DomainError `not-found`, `own-correction`, `already-decided` */
  approve(decision: { id: string; by: string }): Promise<void>;
  refuse(decision: { id: string; by: string; reason: RefusalReason; message?: string }): Promise<void>;
  /** Issues what was approved; a reaction. Safe to repeat. */
  carryOut(id: string): Promise<string | undefined>;
};

/** Names on certificates, corrected by issuing anew. */
export const createCorrections = (deps: Deps): Corrections => {
  const { certificates, corrections, clock, random, outbox } = deps;

  const heldBy = async ({ identifier, accountId }: Held): Promise<Certificate> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || certificate.state === 'redacted' || certificate.accountId !== accountId)
      throw notFound();
    return certificate;
  };

  const rootOf = async (certificate: Certificate): Promise<Certificate> => {
    let root = certificate;
    while (root.supersedes) {
      const before = await certificates.byIdentifier(root.supersedes);
      if (!before) return root;
      root = before;
    }
    return root;
  };

  const look = async (held: Held) => {
    const certificate = await heldBy(held);
    const root = await rootOf(certificate);
    const known = await corrections.ofRoot(root.identifier);
    const standing = standingOf({ certificate, root, corrections: known, now: clock.now() });
    return { certificate, root, standing, known };
  };

  const readName = (typed: string, certificate: SignedCertificate): string => {
    const read = personName.safeParse(typed);
    const fault = (code: string) => invalid([{ pointer: '/name', code }]);
    if (!read.success) throw fault(typed.trim() === '' ? 'required' : 'not-a-name');
    if (read.data === certificate.holderName) throw fault('name-unchanged');
    if (!deps.covers(read.data)) throw fault('name-not-drawable');
    return read.data;
  };

  const refuseUnless = (isAllowed: boolean): void => {
    if (!isAllowed) throw new DomainError('conflict', 'not-correctable');
  };

  const newCorrection = ({ certificate, root }: Awaited<ReturnType<typeof look>>, accountId: string) => ({
    id: token(random, 16),
    certificate: certificate.identifier,
    root: root.identifier,
    accountId,
    askedAt: clock.now(),
  });

  const judged = async (choice: Choice) => {
    const found = await look(choice);
    const { certificate, standing } = found;
    refuseUnless(isCorrectable(certificate, clock.now()) && standing.kind === 'self-service');
    const name = readName(choice.name, certificate as SignedCertificate);
    if (!isSmallCorrection((certificate as SignedCertificate).holderName, name))
      throw invalid([{ pointer: '/name', code: 'name-of-another' }]);
    return { ...found, name };
  };

  const carryOut = async (id: string): Promise<string | undefined> => {
    const correction = await corrections.byId(id);
    if (correction?.state === 'done') return correction.replacement;
    if (correction?.state !== 'approved') return undefined;
    const replacement = await deps.replace(correction);
    await corrections.finish(id, replacement);
    return replacement;
  };

  /** The same choice made twice finds what the first one began. */
  const begun = async ({ identifier, accountId, name }: Choice): Promise<string | undefined> => {
    const { known } = await look({ identifier, accountId });
    const own = known.find(
      ({ decidedBy, certificate }) => decidedBy === 'holder' && certificate === identifier,
    );
    if (own?.state === 'done') {
      const after = own.replacement && (await certificates.byIdentifier(own.replacement));
      return after && after.state !== 'redacted' && after.holderName === name ? after.identifier : undefined;
    }
    return own?.state === 'approved' && own.name === name ? carryOut(own.id) : undefined;
  };

  const decidable = async (id: string, by: string): Promise<Correction> => {
    const correction = await corrections.byId(id);
    if (!correction) throw notFound();
    if (correction.accountId === by) throw new DomainError('forbidden', 'own-correction');
    return correction;
  };

  const decided = (isFirst: boolean): void => {
    if (!isFirst) throw new DomainError('conflict', 'already-decided');
    outbox.poke();
  };

  return {
    standing: async (held) => (await look(held)).standing,
    judge: async (choice) => (await judged(choice)).name,

    correct: async (choice) => {
      const name = personName.safeParse(choice.name).data ?? choice.name;
      const before = await begun({ ...choice, name });
      if (before) return before;
      const found = await judged(choice);
      const base = newCorrection(found, choice.accountId);
      const decision = { by: choice.accountId, at: base.askedAt };
      const own = { ...base, name: found.name, decidedBy: 'holder', state: 'approved', decision } as const;
      const payload = { correctionId: base.id, identifier: base.certificate, by: choice.accountId };
      const isNew = await corrections.insert(own, eventOf(CorrectionApproved, payload, base.askedAt));
      const replacement = isNew ? await carryOut(base.id) : await begun({ ...choice, name });
      refuseUnless(replacement !== undefined);
      return replacement ?? '';
    },

    request: async (choice) => {
      const found = await look(choice);
      const { certificate, standing } = found;
      refuseUnless(standing.kind === 'request' || standing.kind === 'self-service');
      const name = readName(choice.name, certificate as SignedCertificate);
      const { explanation } = choice;
      const base = newCorrection(found, choice.accountId);
      refuseUnless(
        await corrections.insert({ ...base, name, explanation, decidedBy: 'staff', state: 'pending' }),
      );
    },

    pending: (limit) => corrections.inState('pending', limit),
    countPending: () => corrections.countPending(),
    correction: (id) => corrections.byId(id),

    approve: async ({ id, by }) => {
      const { certificate } = await decidable(id, by);
      const at = clock.now();
      const event = eventOf(CorrectionApproved, { correctionId: id, identifier: certificate, by }, at);
      decided(await corrections.approve(id, { by, at }, event));
    },

    refuse: async ({ id, by, reason, message }) => {
      const { certificate, accountId } = await decidable(id, by);
      const at = clock.now();
      const payload = { correctionId: id, identifier: certificate, accountId, by, reason };
      const refusal = { decision: { by, at }, reason, ...(message ? { message } : {}) };
      decided(await corrections.refuse(id, refusal, eventOf(CorrectionRefused, payload, at)));
    },

    carryOut,
  };
};
