import type { Clock } from '../platform/clock.ts';
import type { Erasure, PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import { toSummary } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { LoginHistoryStore } from './login-history-store.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenStore } from './token-store.ts';

type Deps = {
  accounts: AccountStore;
  tokens: TokenStore;
  sessions: SessionStore;
  history: LoginHistoryStore;
  clock: Clock;
};

const day = 86_400_000;
const unconfirmedDays = 7;
const loginMonths = 12;

const account: ProcessingRecord = {
  category: { en: 'Identity and account', fr: 'Identité et compte' },
  purpose: {
    en: 'Open and run your account, write to you, put your name on your certificates.',
    fr: 'Ouvrir et gérer votre compte, vous écrire, porter votre nom sur vos certificats.',
  },
  basis: 'contract',
  keptFor: {
    en: 'As long as the account exists; seven days if its address is never confirmed.',
    fr: 'Tant que le compte existe ; sept jours si son adresse n’est jamais confirmée.',
  },
  recipients: { en: 'The operator’s staff who need it.', fr: 'Le personnel de l’opérateur qui en a besoin.' },
};

const signIns: ProcessingRecord = {
  category: { en: 'Sign-in history', fr: 'Historique des connexions' },
  purpose: {
    en: 'Let you and us notice when somebody else uses your account.',
    fr: 'Vous permettre, et nous permettre, de remarquer qu’une autre personne utilise votre compte.',
  },
  basis: 'legitimate-interest',
  keptFor: {
    en: 'Twelve months: time, result, browser family, network address without its last part.',
    fr: 'Douze mois : date, résultat, famille de navigateur, adresse réseau sans sa dernière partie.',
  },
  recipients: { en: 'Nobody outside the operator.', fr: 'Personne en dehors de l’opérateur.' },
};

/** What accounts knows of a person, and how it is handed over and forgotten. Last in the registry of `modules.ts`. */
export const createPersonalData = ({
  accounts,
  tokens,
  sessions,
  history,
  clock,
}: Deps): PersonalDataProvider => ({
  module: 'accounts',
  describe: () => [account, signIns],

  export: async (subject) => {
    const found = await accounts.byId(subject);
    const shown = found && found.state !== 'closed' ? [toSummary(found)] : [];
    return { account: shown, signIns: await history.of(subject, 10_000) };
  },

  planErasure: async (subject) => {
    const found = await accounts.byId(subject);
    const signInCount = (await history.of(subject, 10_000)).length;
    const lines: Erasure[] = [];
    if (found?.email) lines.push({ category: account.category, outcome: 'erased', records: 1 });
    if (signInCount > 0) lines.push({ category: signIns.category, outcome: 'erased', records: signInCount });
    return lines;
  },

  erase: async (subject) => {
    await tokens.forget(subject);
    await sessions.endAllOf(subject);
    const signInCount = await history.forget(subject);
    const records = await accounts.bury(subject, clock.now());
    return [
      { category: account.category, outcome: 'erased', records },
      { category: signIns.category, outcome: 'erased', records: signInCount },
    ];
  },

  expire: async (now) => {
    const before = new Date(now.getTime() - unconfirmedDays * day);
    let removed = 0;
    for (const id of await accounts.unconfirmed(before)) {
      // The account last: what leads to the rest goes when the rest is gone.
      await tokens.forget(id);
      await history.forget(id);
      if (await accounts.removeUnconfirmed(id)) removed += 1;
    }
    const oldest = new Date(now);
    oldest.setUTCMonth(oldest.getUTCMonth() - loginMonths);
    return [
      { category: 'unconfirmed accounts', removed },
      { category: 'account_tokens', removed: await tokens.expire(before) },
      { category: 'login_events', removed: await history.expire(oldest) },
    ];
  },
});
