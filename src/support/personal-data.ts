import type { Erasure, PersonalDataProvider } from '../platform/personal-data.ts';
import type { Ticket } from './ticket.ts';
import type { Person, TicketStore } from './ticket-store.ts';

/** Asks accounts for the address, so that messages sent without signing in are found too. */
export type EmailOf = (accountId: string) => Promise<string | undefined>;

const category = { en: 'Messages to us', fr: 'Messages que vous nous adressez' };
/** French civil code art. 2224 gives five years; three from the last exchange are enough to answer a later question. */
const keptYears = 3;

const yearsBefore = (date: Date, years: number): Date => {
  const result = new Date(date);
  result.setUTCFullYear(result.getUTCFullYear() - years);
  return result;
};

/** The person's own words and what was done; which member of staff did it is not theirs to have. */
const ownView = ({ id: _id, steps, accountId: _accountId, ...ticket }: Ticket) => ({
  ...ticket,
  steps: steps.map(({ at, did, note }) => ({ at, did, note })),
});

const erased = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

export const createPersonalData = (tickets: TicketStore, emailOf: EmailOf): PersonalDataProvider => {
  const person = async (accountId: string): Promise<Person> => ({
    accountId,
    email: await emailOf(accountId),
  });

  return {
    module: 'support',
    describe: () => [
      {
        category,
        purpose: {
          en: 'Answer what you write to us by the contact form or report as a suspected fake, with the file you add, and remember what was said.',
          fr: 'Répondre à ce que vous nous écrivez par le formulaire de contact ou signalez comme un faux présumé, avec le fichier joint, et garder trace de l’échange.',
        },
        basis: 'legitimate-interest',
        keptFor: {
          en: 'Three years from our answer or from the closing of the matter; deleted with your account if you have one.',
          fr: 'Trois ans à compter de notre réponse ou de la clôture ; supprimés avec votre compte si vous en avez un.',
        },
        recipients: {
          en: 'Our support desk; the privacy officer when it is about your data.',
          fr: 'Notre assistance ; la personne chargée de la protection des données quand il s’agit de vos données.',
        },
      },
    ],
    export: async (subject) => ({ messages: (await tickets.of(await person(subject))).map(ownView) }),
    planErasure: async (subject) => erased((await tickets.of(await person(subject))).length),
    erase: async (subject) => erased(await tickets.erase(await person(subject))),
    expire: async (now) => [
      { category: 'tickets', removed: await tickets.expire(yearsBefore(now, keptYears)) },
    ],
  };
};
