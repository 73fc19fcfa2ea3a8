import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import type { Random } from '../../platform/random.ts';
import type { JsonObject } from '../../vc/index.ts';
import {
  type Certificate,
  isSigned,
  type Origin,
  type ReservedCertificate,
  type SignedCertificate,
} from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import type { Claims } from '../describe-achievement.ts';
import { CertificateSuperseded } from '../events.ts';
import { newIdentifier } from '../identifier.ts';
import type { NameOf } from '../issue-certificate.ts';
import type { LifetimeStore } from '../lifetime/lifetime-store.ts';
import { leaveToReaction } from '../publish-status.ts';
import type { RevokeRequest } from '../revoke-certificate.ts';
import type { SignReserved } from '../sign-reserved.ts';
import type { StatusLists } from '../status-list.ts';
import type { SuspendRequest } from '../suspend-certificate.ts';
import type { ApprovedCorrection } from './correction.ts';

type Deps = {
  certificates: CertificateStore;
  lifetimes: Pick<LifetimeStore, 'supersede'>;
  statusLists: Pick<StatusLists, 'set'>;
  signReserved: SignReserved;
  revoke(request: RevokeRequest): Promise<void>;
  suspend(request: SuspendRequest): Promise<void>;
  nameOf: NameOf;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** What the former credential claims, and the result if its holder shows it. */
const claimsOf = ({ credential }: SignedCertificate): Claims => {
  const { achievement, result } = credential.credentialSubject as JsonObject;
  return {
    achievement: achievement as JsonObject,
    evidence: [credential.evidence ?? []].flat() as JsonObject[],
    ...(result === undefined ? {} : { result: [result].flat() as JsonObject[] }),
  };
};

/**
 * Issues a certificate anew with another name and withdraws the former one in its favour. The new one is there before the
 * old one goes; cut anywhere, repeating it finds what was done. Answers nothing when the old one does not stand any more.
 * @throws DomainError `issuing-unavailable` while no usable key is there; the job tries again later.
 */
export const createReplaceCertificate = (deps: Deps) => {
  const { certificates, clock } = deps;

  const reserveFor = async ({
    id,
    name,
    certificate,
    accountId,
  }: ApprovedCorrection): Promise<Certificate | undefined> => {
    const old = await certificates.byIdentifier(certificate);
    if (!old || !isSigned(old) || old.state !== 'valid' || old.accountId !== accountId) return undefined;
    const { state: _state, issuedAt: _issued, status: _status, credential: _credential, ...kept } = old;
    const { offlineCode: _code, reissues: _reissues, statusChanges: _changes, ...frozen } = kept;
    const origin: Origin = `correction:${id}`;
    const fresh = { state: 'issuing', origin, holderName: name, claims: claimsOf(old) } as const;
    let reserved: Certificate | undefined;
    while (!reserved) {
      const identifier = newIdentifier(deps.random);
      const reservation: ReservedCertificate = {
        ...frozen,
        ...fresh,
        identifier,
        supersedes: old.identifier,
        reservedAt: clock.now(),
      };
      reserved = await certificates.reserve(reservation);
    }
    return reserved;
  };

  /** What was done to the old one while the new one was being signed counts for the new one. */
  const carryOver = async (old: Certificate, identifier: string): Promise<void> => {
    if (old.state === 'revoked' && old.supersededBy !== identifier) {
      const { by, reason } = old.revocation;
      await deps.revoke({ identifier, by, reason });
    }
    if (old.state !== 'suspended') return;
    const { by, reason } = old.suspension;
    await deps.suspend({ identifier, by, reason });
  };

  const supersede = async (
    { certificate, decision: { by } }: ApprovedCorrection,
    replacement: Certificate,
  ): Promise<void> => {
    const { identifier } = replacement;
    const old = await certificates.byIdentifier(certificate);
    if (!old) return;
    const at = clock.now();
    const holder = old.state !== 'redacted' && old.accountId ? { accountId: old.accountId } : {};
    const payload = { identifier: certificate, replacement: identifier, ...holder, by, reason: 'superseded' };
    const event = eventOf(CertificateSuperseded, payload, at);
    const revocation = { at, reason: 'superseded', by } as const;
    const change = { revocation, supersededBy: identifier };
    if (!(await deps.lifetimes.supersede(certificate, 'valid', change, event))) {
      const now = await certificates.byIdentifier(certificate);
      if (now) await carryOver(now, identifier);
      await deps.lifetimes.supersede(certificate, 'suspended', change, event);
    }
    deps.outbox.poke();
    const after = await certificates.byIdentifier(certificate);
    if (after?.supersededBy) await deps.statusLists.set(certificate, 'revocation').catch(leaveToReaction);
  };

  return async (correction: ApprovedCorrection): Promise<string | undefined> => {
    const reserved =
      (await certificates.byOrigin(`correction:${correction.id}`)) ?? (await reserveFor(correction));
    if (!reserved) return undefined;
    const issued = reserved.state === 'issuing' ? await deps.signReserved(reserved) : reserved;
    if (!issued) return undefined;
    await supersede(correction, issued);
    // An account that was closed meanwhile: its erasure may have passed by already.
    if (!(await deps.nameOf(correction.accountId)))
      await certificates.redact({ accountId: correction.accountId }, clock.now());
    return issued.identifier;
  };
};
