import type { PersonalDataProvider } from '../platform/personal-data.ts';
import { storesNone } from '../platform/personal-data.ts';

/** Access tokens that have ended are deleted with what else is past its time. */
export const createPersonalData = (expireTokens: (now: Date) => Promise<number>): PersonalDataProvider => ({
  ...storesNone(
    'integrations',
    'It keeps programs that may use the API, and hashes of their secrets and tokens.',
  ),
  expire: async (now) => [{ category: 'Access tokens', removed: await expireTokens(now) }],
});
