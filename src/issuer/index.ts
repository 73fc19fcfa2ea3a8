/** The front door of the issuer: certificates, their keys and status, and what is published of them. */
export type { Batch, BatchRow } from './bulk/batch.ts';
export type { Batches } from './bulk/batches.ts';
export { batchLetterJob } from './bulk/letters.ts';
export type { Preview } from './bulk/preview-batch.ts';
export type { RowFault } from './bulk/read-people.ts';
export {
  type Award,
  type Certificate,
  enrolmentOf,
  isSigned,
  isSuspendable,
  type RevocationReason,
  revocationOf,
  revocationReasons,
  suspensionOf,
  suspensionReasons,
  type Visibility,
  visibilities,
} from './certificate.ts';
export { credentialContexts, credentialTypes } from './compose-credential.ts';
export {
  type Correction,
  type CorrectionStanding,
  refusalReasons,
} from './corrections/correction.ts';
export type { Corrections } from './corrections/corrections.ts';
export type { CredentialIssuer } from './credential-issuer.ts';
export {
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
} from './events.ts';
export { readIdentifier } from './identifier.ts';
export { createIssuer, type Issuer } from './issuer.ts';
export type { IssuerKey } from './key-history.ts';
export type { Lifetime } from './lifetime/lifetime.ts';
export { hasExpired } from './lifetime/validity.ts';
export type { PublicRecord } from './public-record.ts';
export type { PublishedAll } from './publication.ts';
export type { Received } from './recipients.ts';
export type { RevocableState } from './revoke-certificate.ts';
export { type SheetCase, sheetCases } from './sheet-templates/preview-sheet.ts';
export {
  type SheetTemplate,
  sheetColours,
  sheetDesign,
  sheetHeadings,
  sheetMarks,
} from './sheet-templates/sheet-template.ts';
export type { SheetTemplates } from './sheet-templates/sheet-templates.ts';
export { showsResult } from './show-result.ts';
export type { Proofs, SecuredAs } from './signer.ts';
export type { PublishedEntry, StatusPurpose } from './status-entry.ts';
export type { StatusLists } from './status-list.ts';
