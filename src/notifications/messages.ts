/**
 * Every letter the product writes. Its words are `mail:<name>.subject`, `.p1` … and `.action`; `paragraphs` says how many
 * paragraphs stand before the link, `after` how many behind it.
 */
export const messages = {
  'confirm-address': { paragraphs: 1, action: true, after: 1 },
  'already-registered': { paragraphs: 2, action: true, after: 0 },
  'reset-password': { paragraphs: 1, action: true, after: 1 },
  'password-changed': { paragraphs: 2, action: true, after: 0 },
  receipt: { paragraphs: 1, action: true, after: 0 },
  refunded: { paragraphs: 1, action: true, after: 0 },
  'transfer-awaited': { paragraphs: 2, action: true, after: 0 },
  'certificate-ready': { paragraphs: 2, action: true, after: 1 },
  'certificate-expiring': { paragraphs: 2, action: true, after: 0 },
  'certificate-corrected': { paragraphs: 2, action: true, after: 1 },
  'correction-refused': { paragraphs: 2, action: true, after: 0 },
  'certificate-sent': { paragraphs: 2, action: true, after: 1 },
  'certificate-revoked': { paragraphs: 2, action: true, after: 1 },
  'certificate-suspended': { paragraphs: 2, action: true, after: 1 },
  'suspension-lifted': { paragraphs: 1, action: true, after: 0 },
  'certificate-reissued': { paragraphs: 2, action: true, after: 1 },
  'certificates-by-address': { paragraphs: 2, action: true, after: 1 },
  'integrity-question': { paragraphs: 3, action: true, after: 1 },
  'result-denied': { paragraphs: 3, action: true, after: 1 },
  'integrity-settled': { paragraphs: 1, action: true, after: 1 },
  'result-passed': { paragraphs: 3, action: true, after: 0 },
  'result-failed': { paragraphs: 3, action: true, after: 0 },
  'assignment-read': { paragraphs: 2, action: true, after: 0 },
  'assignment-returned': { paragraphs: 2, action: true, after: 0 },
  'regraded-pass': { paragraphs: 2, action: true, after: 0 },
  'regraded-score': { paragraphs: 3, action: true, after: 0 },
  'question-report-settled': { paragraphs: 2, action: true, after: 0 },
  'denial-upheld': { paragraphs: 2, action: true, after: 0 },
  'denial-overturned': { paragraphs: 2, action: true, after: 0 },
  'contact-received': { paragraphs: 2, action: false, after: 0 },
} as const;

export type MessageName = keyof typeof messages;
