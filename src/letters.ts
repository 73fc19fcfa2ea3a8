import { examLetters } from './exam-letters.ts';
import { type Certificate, isSigned } from './issuer/index.ts';
import type { Modules } from './modules.ts';
import type { MessageName } from './notifications/index.ts';
import { formats, type Language } from './platform/i18n.ts';
import { addressLinkHours } from './privacy/index.ts';

type Holder = { accountId: string };

/** What each letter says beside its fixed words, asked of the modules when it is written. */
export const letters = (m: Modules) => {
  const { notifications, accounts, billing, issuer, privacy, support, platform } = m;
  const { config, translations } = platform;

  const plain =
    (message: MessageName, path: string) =>
    (key: string, { accountId }: Holder) =>
      notifications.send({
        message,
        key: `${key}:${message}`,
        to: { accountId },
        content: async () => ({ path }),
      });

  /** The link is minted as the letter is written: a queue never holds a secret. */
  const withLink =
    (message: MessageName, purpose: 'confirm-address' | 'reset-password') =>
    (key: string, { accountId }: Holder) =>
      notifications.send({
        message,
        key: `${key}:${message}`,
        to: { accountId },
        content: async () => ({ path: await accounts.mintLink(accountId, purpose) }),
      });

  const titleOfOrder = async (orderId: string, language: Language) => {
    const order = await billing.orderForStaff(orderId);
    const amount = formats(language).money(order.totalMinor, order.currency);
    return { amount, title: order.lines.map(({ title }) => title[language]).join(', ') };
  };

  /** The sheet, or the signed record where our typefaces lack letters of the name. */
  const certificateFile = async (certificate: Certificate) => {
    const { identifier } = certificate;
    return issuer.canDraw(certificate)
      ? {
          filename: `certificate-${identifier}.pdf`,
          content: await issuer.rendition(identifier, 'pdf'),
          contentType: 'application/pdf',
        }
      : {
          filename: `certificate-${identifier}.json`,
          content: await issuer.credentialFile(identifier),
          contentType: 'application/vc',
        };
  };

  type Change = { accountId?: string | undefined; identifier: string };
  type Refused = { accountId: string; identifier: string; correctionId: string; reason: string };
  type Reasoned = Change & { reason: string; at: Date };

  /** Where the holder is written to: at the account when there is one, else at the address of a batch's file. */
  const holderOf = async ({ accountId, identifier }: Change) => {
    if (accountId) return { to: { accountId }, path: `/certificates/${identifier}` };
    const certificate = await issuer.certificate(identifier);
    if (!certificate || !isSigned(certificate)) return undefined;
    const { recipient: email, holderName: name, language } = certificate;
    if (certificate.accountId)
      return { to: { accountId: certificate.accountId }, path: `/certificates/${identifier}` };
    return email ? { to: { email, name, language }, path: `/v/${identifier}` } : undefined;
  };

  /** Something has happened to a certificate; a holder who was erased is told nothing. */
  const aboutCertificate =
    <E extends Change>(
      message: MessageName,
      more: (e: E, language: Language) => Promise<Record<string, string>>,
    ) =>
    async (key: string, e: E): Promise<void> => {
      const holder = await holderOf(e);
      if (!holder) return;
      await notifications.send({
        message,
        key: `${key}:${message}`,
        to: holder.to,
        content: async (language) => {
          const title = (await issuer.certificate(e.identifier))?.wording.name ?? '';
          const { identifier } = e;
          return {
            path: holder.path,
            params: { title, identifier, ...(await more(e, language)) },
          };
        },
      });
    };

  /** The certificate itself goes with the letter. */
  const withCertificate =
    (message: MessageName) =>
    async (key: string, { accountId, identifier }: Change): Promise<void> => {
      const holder = await holderOf({ accountId, identifier });
      if (!holder) return;
      await notifications.send({
        message,
        key: `${key}:${message}`,
        to: holder.to,
        content: async () => {
          const certificate = await issuer.certificate(identifier);
          if (!certificate) throw new Error(`no certificate ${identifier}`);
          return {
            path: holder.path,
            params: { title: certificate.wording.name, verificationUrl: `${config.baseUrl}/v/${identifier}` },
            attachments: [await certificateFile(certificate)],
          };
        },
      });
    };

  return {
    ...examLetters(m),

    confirmAddress: withLink('confirm-address', 'confirm-address'),
    alreadyRegistered: plain('already-registered', '/sign-in'),
    resetPassword: withLink('reset-password', 'reset-password'),
    passwordChanged: (key: string, { accountId, at }: Holder & { at: Date }) =>
      notifications.send({
        message: 'password-changed',
        key: `${key}:password-changed`,
        to: { accountId },
        content: async (language) => ({
          path: '/forgot-password',
          params: { when: formats(language).dateTime(at) },
        }),
      }),

    receipt: (key: string, { accountId, orderId }: Holder & { orderId: string }) =>
      notifications.send({
        message: 'receipt',
        key: `${key}:receipt`,
        to: { accountId },
        content: async (language) => {
          const { amount, title } = await titleOfOrder(orderId, language);
          const receipt = await billing.receiptFile(orderId);
          return {
            path: '/purchases',
            params: { amount, title, number: receipt.number },
            attachments: [
              { filename: receipt.filename, content: receipt.pdf, contentType: 'application/pdf' },
            ],
          };
        },
      }),

    transferAwaited: (key: string, { accountId, orderId }: Holder & { orderId: string }) =>
      notifications.send({
        message: 'transfer-awaited',
        key: `${key}:transfer-awaited`,
        to: { accountId },
        content: async (language) => {
          const { title } = await titleOfOrder(orderId, language);
          const instructions = await billing.transferInstructions(orderId);
          if (!instructions) throw new Error(`order ${orderId} awaits no transfer`);
          const { reference, account, ...owed } = instructions;
          const amount = formats(language).money(owed.amountMinor, owed.currency);
          return { path: `/checkout/${orderId}`, params: { amount, title, reference, ...account } };
        },
      }),

    refunded: async (
      key: string,
      { accountId, orderId }: { accountId?: string | undefined; orderId: string },
    ) => {
      if (!accountId) return;
      await notifications.send({
        message: 'refunded',
        key: `${key}:refunded`,
        to: { accountId },
        content: async (language) => {
          const { amount, title } = await titleOfOrder(orderId, language);
          const { number } = await billing.creditNoteFile(orderId);
          return { path: '/purchases', params: { amount, title, number } };
        },
      });
    },

    contactReceived: async (key: string, { ticketId }: { ticketId: string }) => {
      const contact = await support.contactOfTicket(ticketId);
      if (!contact) return;
      const { topic, number, ...to } = contact;
      await notifications.send({
        message: 'contact-received',
        key: `${key}:contact-received`,
        to,
        content: async (language) => ({
          params: { subject: translations.words(language)(`support:topics.${topic}`), number },
        }),
      });
    },

    certificateReady: withCertificate('certificate-ready'),
    certificateReissued: withCertificate('certificate-reissued'),
    certificateCorrected: withCertificate('certificate-corrected'),
    correctionRefused: async (key: string, { accountId, identifier, correctionId, reason }: Refused) => {
      await notifications.send({
        message: 'correction-refused',
        key: `${key}:correction-refused`,
        to: { accountId },
        content: async (language) => {
          const certificate = await issuer.certificate(identifier);
          const correction = await issuer.corrections.correction(correctionId);
          const said = correction?.state === 'refused' ? (correction.message ?? '') : '';
          const why = translations.words(language)(`certificates:refusals.${reason}`);
          return {
            path: `/certificates/${identifier}/name`,
            params: { title: certificate?.wording.name ?? '', reason: [why, said].filter(Boolean).join(' ') },
          };
        },
      });
    },
    suspensionLifted: aboutCertificate('suspension-lifted', async () => ({})),
    certificateSuspended: aboutCertificate<Reasoned>('certificate-suspended', async (e, language) => ({
      when: formats(language).date(e.at),
      reason: translations.words(language)(`certificates:suspensions.${e.reason}`),
    })),

    /** At the account when there is one, else at the address the certificate was sent to. */
    certificateExpiring: async (key: string, { identifier }: Change): Promise<void> => {
      const certificate = await issuer.certificate(identifier);
      if (certificate?.state !== 'valid' || !certificate.validUntil || certificate.renewedBy) return;
      const { accountId, recipient, holderName: name, validUntil, wording, courseId } = certificate;
      if (!accountId && !recipient) return;
      await notifications.send({
        message: 'certificate-expiring',
        key: `${key}:certificate-expiring`,
        to: accountId ? { accountId } : { email: recipient ?? '', name, language: certificate.language },
        content: async (language) => ({
          path: accountId ? `/certificates/${identifier}` : `/courses/${courseId}`,
          params: { title: wording.name, until: formats(language).date(validUntil) },
        }),
      });
    },

    /** To an address without an account; none when nothing was sent there, and the page says the same. */
    certificatesByAddress: async (key: string, { requestId }: { requestId: string }) => {
      const letter = await privacy.addressErasures.letterFor(requestId);
      if (!letter) return;
      const { mint, certificates: count, ...to } = letter;
      await notifications.send({
        message: 'certificates-by-address',
        key: `${key}:certificates-by-address`,
        to,
        content: async () => ({ path: await mint(), params: { count, hours: addressLinkHours } }),
      });
    },

    /** To a holder of a batch: at the account when there is one, else at the address of the file. */
    certificateSent: async (key: string, identifier: string) => {
      const certificate = await issuer.certificate(identifier);
      if (!certificate || !isSigned(certificate)) return;
      const { accountId, recipient, holderName: name, language, wording } = certificate;
      if (!accountId && !recipient) return;
      await notifications.send({
        message: accountId ? 'certificate-ready' : 'certificate-sent',
        key: `${key}:certificate-sent`,
        to: accountId ? { accountId } : { email: recipient ?? '', name, language },
        content: async () => ({
          path: accountId ? `/certificates/${identifier}` : `/v/${identifier}`,
          params: {
            title: wording.name,
            verificationUrl: `${config.baseUrl}/v/${identifier}`,
            erasureUrl: `${config.baseUrl}/${language}/privacy/certificates-by-address`,
          },
          attachments: [await certificateFile(certificate)],
        }),
      });
    },

    certificateRevoked: aboutCertificate<Reasoned>('certificate-revoked', async (e, language) => ({
      when: formats(language).date(e.at),
      reason: translations.words(language)(`certificates:reasons.${e.reason}`),
    })),
  };
};
