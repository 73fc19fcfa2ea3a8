import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { MailOutboxStore } from './mail-outbox-store.ts';

const category = { en: 'Letters sent to you', fr: 'Courriers qui vous sont envoyés' };
/** Long enough to answer "I have not received it"; the content is not kept at all. */
const keptDays = 90;

export const createPersonalData = (outbox: MailOutboxStore): PersonalDataProvider => ({
  module: 'notifications',
  describe: () => [
    {
      category,
      purpose: {
        en: 'Know which letters were sent, so that none is sent twice and a lost one can be found.',
        fr: 'Savoir quels courriers sont partis, pour n’en envoyer aucun deux fois et retrouver ceux qui se perdent.',
      },
      basis: 'contract',
      keptFor: {
        en: '90 days: kind and date of the letter, not its text.',
        fr: '90 jours : nature et date du courrier, jamais son texte.',
      },
      recipients: {
        en: 'The mail provider of the operator.',
        fr: 'Le prestataire de messagerie de l’opérateur.',
      },
    },
  ],
  export: async (subject) => ({ mails: await outbox.ofAccount(subject) }),
  planErasure: async (subject) => {
    const records = (await outbox.ofAccount(subject)).length;
    return records === 0 ? [] : [{ category, outcome: 'erased', records }];
  },
  erase: async (subject) => {
    const records = await outbox.erase(subject);
    return records === 0 ? [] : [{ category, outcome: 'erased', records }];
  },
  expire: async (now) => {
    const removed = await outbox.expire(new Date(now.getTime() - keptDays * 86_400_000));
    return [{ category: 'mail_outbox', removed }];
  },
});
