import type { CredentialIssuer, PublishedEntry } from '../../issuer/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { type FieldFault, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { Mode } from '../clients/api-client.ts';
import { CredentialStatusChanged } from '../events.ts';
import { changesStatus, type IssuedCredential } from './issued-credential.ts';
import type { IssuedCredentialStore } from './issued-credential-store.ts';
import type { StatusRequest } from './status-request.ts';

type ChangeDeps = {
  credentials: IssuedCredentialStore;
  issuing: Readonly<Record<Mode, Pick<CredentialIssuer, 'statusLists'>>>;
  clock: Clock;
  outbox: Outbox;
};

/** A caller that names a place on a list must name the right one. */
const wrongPlaces = (
  { id, statusListIndex, statusListCredential }: StatusRequest['credentialStatus'],
  entry: PublishedEntry | undefined,
): FieldFault[] => {
  const right: [string, string | undefined, string][] = [
    ['id', id, `${entry?.listUrl}#${entry?.index}`],
    ['statusListIndex', statusListIndex, String(entry?.index)],
    ['statusListCredential', statusListCredential, String(entry?.listUrl)],
  ];
  return right
    .filter(([, given, kept]) => given !== undefined && given !== kept)
    .map(([name]) => ({ pointer: `/credentialStatus/${name}`, code: 'not-this-entry' }));
};

const reasonOf = (purpose: 'revocation' | 'suspension', to: boolean) =>
  purpose === 'suspension' && !to ? 'reinstatement' : purpose;

export type ChangeStatus = {
  /**
   * Withdraws a credential for good, suspends it, or lifts its suspension, and publishes that before it answers. Saying the
   * same again changes nothing.
   * @throws DomainError `not-found` also for a credential of another client, `invalid-input`, `revocation-final`,
   * `issuing-unavailable` when it is recorded, but no list can be signed: none that is behind is served meanwhile.
   */
  change(clientId: string, request: StatusRequest): Promise<void>;
  /** Publishes what is recorded: the reaction that completes a change that was cut. */
  publish(recordId: string): Promise<void>;
};

export const createChangeStatus = ({ credentials, issuing, clock, outbox }: ChangeDeps): ChangeStatus => {
  const publish = async (recordId: string): Promise<void> => {
    const record = await credentials.byId(recordId);
    // Trials are forgotten after a while.
    if (record?.state !== 'issued') return;
    const { statusLists } = issuing[record.mode];
    if (record.revokedAt) await statusLists.set(record.id, 'revocation', record.changes);
    if (!record.purposes.includes('suspension')) return;
    await statusLists[record.suspended ? 'set' : 'clear'](record.id, 'suspension', record.changes);
  };

  const assertEntry = async (
    record: IssuedCredential,
    { credentialStatus }: StatusRequest,
  ): Promise<void> => {
    const { statusPurpose } = credentialStatus;
    if (!record.purposes.includes(statusPurpose))
      throw invalid([{ pointer: '/credentialStatus/statusPurpose', code: 'not-in-credential' }]);
    const entries = await issuing[record.mode].statusLists.entriesOf(record.id);
    const faults = wrongPlaces(
      credentialStatus,
      entries.find(({ purpose }) => purpose === statusPurpose),
    );
    if (faults.length > 0) throw invalid(faults);
  };

  return {
    change: async (clientId, request) => {
      const record = await credentials.find(clientId, request.credentialId);
      if (record?.state !== 'issued') throw notFound();
      await assertEntry(record, request);
      const { status: to } = request;
      const purpose = request.credentialStatus.statusPurpose;
      if (changesStatus(record, purpose, to)) {
        const at = clock.now();
        const by = `client:${clientId}`;
        const payload = { recordId: record.id, by, reason: reasonOf(purpose, to) } as const;
        await credentials.changeStatus(
          record,
          { purpose, to, at },
          eventOf(CredentialStatusChanged, payload, at),
        );
        outbox.poke();
      }
      await publish(record.id);
    },
    publish,
  };
};
