import { z } from 'zod';
import {
  AccountLocked,
  AccountRegistered,
  AccountUnlocked,
  AddressConfirmed,
  PasswordChanged,
  PasswordResetRequested,
  RegistrationRepeated,
  RoleGranted,
  RoleRevoked,
} from './accounts/index.ts';
import { OrderPaid, OrderRefunded, renewalOfProduct, TransferAwaited } from './billing/index.ts';
import { settleResults } from './denied-results.ts';
import {
  ApiClientCreated,
  ApiClientRevoked,
  ApiClientSecretReplaced,
  CredentialStatusChanged,
} from './integrations/index.ts';
import {
  BatchConfirmed,
  BatchIssued,
  BatchRevoked,
  CertificateExpiring,
  CertificateIssued,
  CertificateReissued,
  CertificateRevoked,
  CertificateSuperseded,
  CertificateSuspended,
  CertificateSuspensionLifted,
  CorrectionApproved,
  CorrectionRefused,
  IssuerKeyActivated,
  IssuerKeyCompromised,
} from './issuer/index.ts';
import {
  AccommodationChanged,
  AllegationAnswered,
  AllegationMade,
  AssignmentHandedIn,
  AssignmentJudged,
  AttemptConfirmed,
  AttemptSubmitted,
  CaseCleared,
  CaseOpened,
  CaseRecused,
  CourseDraftMoved,
  DenialAppealed,
  DenialOverturned,
  DenialProposed,
  DenialReturned,
  DenialUpheld,
  EnrolmentCompleted,
  EnrolmentRenewed,
  ItemImportConfirmed,
  ItemPublished,
  ItemRestored,
  ItemRetired,
  PaperMarked,
  QuestionReportSettled,
  RegradeDecided,
  ResultChanged,
  ResultDenied,
  TimeCredited,
} from './learning/index.ts';
import { letters } from './letters.ts';
import type { Modules } from './modules.ts';
import type { EventKind, EventRecord } from './platform/events.ts';
import { defineJob, type JobKind, type JobRequest } from './platform/jobs/job.ts';
import { AccountErased, AddressErased, AddressErasureAsked } from './privacy/index.ts';
import { ContactReceived, TicketHandled } from './support/index.ts';

/** What follows from an event: a job of its own, unique per event and key, done at least once. */
export type Reaction = { event: string; key: string; kind: JobKind };

const eventPayload = z.object({ id: z.string(), at: z.date(), payload: z.unknown() });

const on = <P>(
  event: EventKind<P>,
  key: string,
  run: (payload: P, record: { id: string; at: Date }) => Promise<unknown>,
): Reaction => ({
  event: event.name,
  key,
  kind: defineJob(`${event.name}/${key}`, eventPayload, async ({ id, at, payload }) => {
    await run(event.payload.parse(payload), { id, at });
  }),
});

/** The audit trail records who did it, to what, and why; its key is the event, so a repetition adds nothing. */
const audited = <P extends { by: string; reason?: string | undefined }>(
  m: Modules,
  event: EventKind<P>,
  target: (payload: P) => string,
): Reaction =>
  on(event, 'audit', (payload, { id }) =>
    m.audit.append({
      key: id,
      actor: payload.by,
      action: event.name,
      target: target(payload),
      ...(payload.reason ? { reason: payload.reason } : {}),
    }),
  );

type CaseEvent = { caseId: string; by: string; reason?: string };

const none = async (): Promise<void> => undefined;

/** What follows from what. Nobody subscribes elsewhere: to know what a payment causes, read this table. */
export const reactions = (m: Modules): readonly Reaction[] => {
  const send = letters(m);
  const results = settleResults(m);
  return [
    on(AccountRegistered, 'confirm-address', (e, { id }) => send.confirmAddress(id, e)),
    on(RegistrationRepeated, 'already-registered', (e, { id }) => send.alreadyRegistered(id, e)),
    on(PasswordResetRequested, 'reset-password', (e, { id }) => send.resetPassword(id, e)),
    on(PasswordChanged, 'password-changed', (e, { id, at }) => send.passwordChanged(id, { ...e, at })),

    on(AddressConfirmed, 'claim-certificates', async ({ accountId }) => {
      const account = await m.accounts.accountById(accountId);
      if (account) await m.issuer.claimCertificates(accountId, account.email);
    }),

    on(OrderPaid, 'open-enrolments', (e) => m.learning.openEnrolments(e)),
    on(OrderPaid, 'open-renewals', ({ orderId, accountId, productIds }) =>
      m.learning.openPaidRenewals({ orderId, accountId, courseIds: productIds.flatMap(renewalOfProduct) }),
    ),
    on(OrderPaid, 'issue-receipt', async (e, { id }) => {
      await m.billing.issueReceipt(e.orderId);
      await send.receipt(id, e);
    }),
    on(TransferAwaited, 'send-instructions', (e, { id }) => send.transferAwaited(id, e)),
    on(OrderRefunded, 'withdraw', (e) => m.learning.withdraw(e)),
    on(OrderRefunded, 'issue-credit-note', async (e, { id }) => {
      await m.billing.issueCreditNote(e.orderId);
      await send.refunded(id, e);
    }),

    on(AttemptSubmitted, 'grade', (e) => m.learning.recordResult(e.attemptId)),
    on(AttemptConfirmed, 'record-result', (e) => m.learning.recordResult(e.attemptId)),
    on(AttemptConfirmed, 'tell-candidate', (e, { id }) => send.resultFinal(id, e)),
    on(TimeCredited, 'credit-attempts', (e) => m.learning.adaptTime.applyIncident(e.incidentId)),
    on(AccommodationChanged, 'adapt-attempts', (e) => m.learning.adaptTime.applyAccommodations(e.accountId)),
    on(AttemptSubmitted, 'examine', async (e) => {
      const { papers, regrades, watch } = m.learning.examining;
      // Graded by now or by the job beside this one: each of these looks at what stands there.
      await m.learning.recordResult(e.attemptId);
      await regrades.apply(e.attemptId);
      await papers.prepare(e.attemptId);
      await watch.examine(e.attemptId);
    }),
    on(PaperMarked, 'grade', (e) => m.learning.examining.papers.apply(e.attemptId)),
    on(RegradeDecided, 'carry-out', (e) => m.learning.examining.regrades.carryOut(e.regradeId)),
    on(ResultChanged, 'record-result', (e) => m.learning.recordResult(e.attemptId)),
    on(ResultChanged, 'tell-candidate', (e, { id }) => send.resultRegraded(id, e)),
    on(AssignmentHandedIn, 'record-work', (e) => m.learning.assignments.record(e.workId)),
    on(AssignmentJudged, 'record-work', (e) => m.learning.assignments.record(e.workId)),
    on(AssignmentJudged, 'tell-learner', (e, { id }) => send.assignmentJudged(id, e)),
    on(QuestionReportSettled, 'tell-candidate', (e, { id }) => send.reportSettled(id, e)),
    on(AllegationMade, 'tell-candidate', (e, { id }) => send.integrityQuestion(id, e)),
    on(CaseCleared, 'settle-result', (e) => results.cleared(e)),
    on(CaseCleared, 'tell-candidate', (e, { id }) => (e.told ? send.integritySettled(id, e) : none())),
    on(ResultDenied, 'settle-result', (e) => results.denied(e)),
    on(ResultDenied, 'tell-candidate', (e, { id }) => send.resultDenied(id, e)),
    on(DenialAppealed, 'settle-result', (e) => results.appealed(e)),
    on(DenialUpheld, 'settle-result', (e) => results.upheld(e)),
    on(DenialUpheld, 'tell-candidate', (e, { id }) => send.denialUpheld(id, e)),
    on(DenialOverturned, 'settle-result', (e) => results.overturned(e)),
    on(DenialOverturned, 'tell-candidate', (e, { id }) => send.denialOverturned(id, e)),
    on(EnrolmentCompleted, 'issue-certificate', (e) => m.issuer.issueCertificate(e.enrolmentId)),
    on(EnrolmentRenewed, 'open-renewal', (e) => m.learning.openRenewal(e)),
    on(CertificateIssued, 'send-certificate', async (e, { id }) => {
      // A holder whose name was corrected is told so by the letter on the correction.
      if (e.supersedes === undefined) await send.certificateReady(id, e);
    }),
    on(CertificateExpiring, 'remind-holder', (e, { id }) => send.certificateExpiring(id, e)),
    on(ItemImportConfirmed, 'add-items', (e) => m.learning.items.imports.add(e.importId)),
    on(BatchConfirmed, 'issue-certificates', (e) => m.issuer.batches.issue(e.batchId)),
    on(BatchRevoked, 'revoke-certificates', (e) => m.issuer.batches.revokeCertificates(e.batchId)),
    on(CertificateRevoked, 'publish-status', (e) => m.issuer.publishStatus(e.identifier)),
    on(CertificateRevoked, 'tell-holder', (e, { id, at }) => send.certificateRevoked(id, { ...e, at })),

    on(CertificateSuspended, 'publish-status', (e) => m.issuer.publishStatus(e.identifier)),
    on(CertificateSuspended, 'tell-holder', (e, { id, at }) => send.certificateSuspended(id, { ...e, at })),
    on(CertificateSuspensionLifted, 'publish-status', (e) => m.issuer.publishStatus(e.identifier)),
    on(CertificateSuspensionLifted, 'tell-holder', (e, { id }) => send.suspensionLifted(id, e)),
    on(CorrectionApproved, 'reissue', (e) => m.issuer.corrections.carryOut(e.correctionId)),
    on(CorrectionRefused, 'tell-holder', (e, { id }) => send.correctionRefused(id, e)),
    on(CertificateSuperseded, 'publish-status', (e) => m.issuer.publishStatus(e.identifier)),
    on(CertificateSuperseded, 'send-certificate', (e, { id }) =>
      send.certificateCorrected(id, { ...e, identifier: e.replacement }),
    ),
    on(CertificateReissued, 'tell-holder', (e, { id }) => send.certificateReissued(id, e)),
    on(IssuerKeyActivated, 'sign-lists', () => m.issuer.refreshStatusLists()),
    on(IssuerKeyCompromised, 'sign-anew', (e) => m.issuer.beginReissue(e.key)),

    on(CredentialStatusChanged, 'publish-status', (e) => m.integrations.publishStatus(e.recordId)),

    on(AddressErasureAsked, 'send-link', (e, { id }) => send.certificatesByAddress(id, e)),
    on(ContactReceived, 'acknowledge', (e, { id }) => send.contactReceived(id, e)),

    audited(m, RoleGranted, (e) => `account:${e.accountId}`),
    audited(m, RoleRevoked, (e) => `account:${e.accountId}`),
    audited(m, AccountLocked, (e) => `account:${e.accountId}`),
    audited(m, AccountUnlocked, (e) => `account:${e.accountId}`),
    audited(m, TimeCredited, (e) => `incident:${e.incidentId}`),
    audited(m, AccommodationChanged, (e) => `accommodation:${e.accommodationId}`),
    audited(m, OrderRefunded, (e) => `order:${e.orderId}`),
    audited(m, CertificateRevoked, (e) => `certificate:${e.identifier}`),
    audited(m, CertificateSuspended, (e) => `certificate:${e.identifier}`),
    audited(m, CertificateSuspensionLifted, (e) => `certificate:${e.identifier}`),
    audited(m, CorrectionApproved, (e) => `certificate:${e.identifier}`),
    audited(m, CorrectionRefused, (e) => `certificate:${e.identifier}`),
    audited(m, CertificateSuperseded, (e) => `certificate:${e.identifier}`),
    audited(m, IssuerKeyActivated, (e) => `key:${e.key}`),
    audited(m, IssuerKeyCompromised, (e) => `key:${e.key}`),
    audited(m, BatchConfirmed, (e) => `batch:${e.batchId}`),
    audited(m, BatchIssued, (e) => `batch:${e.batchId}`),
    audited(m, BatchRevoked, (e) => `batch:${e.batchId}`),
    audited(m, AccountErased, (e) => `account:${e.accountId}`),
    audited(m, AddressErased, (e) => `request:${e.requestId}`),
    audited(m, ApiClientCreated, (e) => `client:${e.clientId}`),
    audited(m, ApiClientSecretReplaced, (e) => `client:${e.clientId}`),
    audited(m, ApiClientRevoked, (e) => `client:${e.clientId}`),
    audited(m, CredentialStatusChanged, (e) => `credential:${e.recordId}`),
    audited(m, ItemImportConfirmed, (e) => `import:${e.importId}`),
    audited(m, CourseDraftMoved, (e) => `course:${e.courseId}@${e.version}`),
    audited(m, ItemPublished, (e) => `item:${e.itemId}`),
    audited(m, ItemRetired, (e) => `item:${e.itemId}`),
    audited(m, ItemRestored, (e) => `item:${e.itemId}`),
    audited(m, PaperMarked, (e) => `paper:${e.attemptId}`),
    audited(m, AssignmentJudged, (e) => `assignment:${e.workId}`),
    audited(m, RegradeDecided, (e) => `regrade:${e.regradeId}`),
    audited(m, QuestionReportSettled, (e) => `report:${e.reportId}`),
    ...[
      CaseOpened,
      CaseRecused,
      AllegationMade,
      AllegationAnswered,
      DenialProposed,
      DenialReturned,
      ResultDenied,
      CaseCleared,
      DenialAppealed,
      DenialUpheld,
      DenialOverturned,
    ].map((event) => audited(m, event as EventKind<CaseEvent>, (e) => `case:${e.caseId}`)),
    audited(m, TicketHandled, (e) => `ticket:${e.ticketId}`),
  ];
};

/** One request per reaction to the event: the relay writes them before the event leaves its document. */
export const jobsFor =
  (table: readonly Reaction[]) =>
  ({ id, name, at, payload }: EventRecord): readonly JobRequest[] =>
    table
      .filter(({ event }) => event === name)
      .map(({ key, kind }) => ({ key: `${id}:${key}`, name: kind.name, payload: { id, at, payload } }));
