import { createHash } from 'node:crypto';
import type { Localised } from '../../platform/i18n.ts';

/** Experience API 1.0.3 (IEEE 9274.1.1 keeps the shape): what is used of a statement, all of it required by our own rules. */
export type Statement = {
  id: string;
  actor: Actor;
  verb: { id: string; display: Localised };
  object: {
    objectType: 'Activity';
    id: string;
    definition: { type: string; name: Localised };
  };
  result?: {
    score?: { scaled: number; raw?: number; min?: number; max?: number };
    success?: boolean;
    completion?: boolean;
    duration?: string;
  };
  context: {
    /** The enrolment. */
    registration: string;
    contextActivities?: { parent: readonly { objectType: 'Activity'; id: string }[] };
    platform: string;
  };
  timestamp: string;
  version: '1.0.3';
};

/** Somebody by an account of this service (2.4.2.3): `name` is the account's id, or a stand-in for it. */
export type Actor = { objectType: 'Agent'; account: { homePage: string; name: string }; name?: string };

/** Verbs of the ADL vocabulary, `submit` of Activity Streams, and `earned` of the Tin Can registry. */
export const verbs = {
  registered: {
    id: 'http://adlnet.gov/expapi/verbs/registered',
    display: { en: 'registered', fr: 'inscription' },
  },
  launched: { id: 'http://adlnet.gov/expapi/verbs/launched', display: { en: 'launched', fr: 'ouverture' } },
  completed: {
    id: 'http://adlnet.gov/expapi/verbs/completed',
    display: { en: 'completed', fr: 'achèvement' },
  },
  attempted: { id: 'http://adlnet.gov/expapi/verbs/attempted', display: { en: 'attempted', fr: 'passage' } },
  submitted: {
    id: 'http://activitystrea.ms/schema/1.0/submit',
    display: { en: 'submitted', fr: 'remise' },
  },
  passed: { id: 'http://adlnet.gov/expapi/verbs/passed', display: { en: 'passed', fr: 'réussite' } },
  failed: { id: 'http://adlnet.gov/expapi/verbs/failed', display: { en: 'failed', fr: 'échec' } },
  earned: { id: 'http://id.tincanapi.com/verb/earned', display: { en: 'earned', fr: 'obtention' } },
} as const;
export type Verb = keyof typeof verbs;

export const activityTypes = {
  course: 'http://adlnet.gov/expapi/activities/course',
  lesson: 'http://adlnet.gov/expapi/activities/lesson',
  assessment: 'http://adlnet.gov/expapi/activities/assessment',
  achievement: 'http://activitystrea.ms/schema/1.0/badge',
} as const;

/** RFC 9562, 6.6: the namespace of names that are URLs. */
const urlNamespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** A UUID of version 5 (RFC 9562, 5.5): the same fact has the same id in every export, so that a store keeps it once. */
export const uuidOf = (url: string): string => {
  const bytes = createHash('sha1').update(urlNamespace).update(url).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** ISO 8601 in hundredths of a second at most (xAPI 1.0.3, data 4.6): `PT1H2M3.5S`. */
export const durationOf = (milliseconds: number): string => {
  const hundredths = Math.max(0, Math.round(milliseconds / 10));
  const hours = Math.floor(hundredths / 360_000);
  const minutes = Math.floor((hundredths % 360_000) / 6000);
  const seconds = (hundredths % 6000) / 100;
  const parts = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    seconds > 0 ? `${seconds}S` : '',
  ];
  const text = parts.join('');
  return `PT${text === '' ? '0S' : text}`;
};

/** Stands for an account where whoever reads need not know whose it is. Ids are random: nobody finds one by trying. */
export const pseudonymOf = (accountId: string, baseUrl: string): string =>
  createHash('sha256').update(`${baseUrl}\n${accountId}`).digest('hex').slice(0, 40);
