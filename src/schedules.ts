import { z } from 'zod';
import { batchLetterJob } from './issuer/index.ts';
import { letters } from './letters.ts';
import type { Modules } from './modules.ts';
import { defineJob, hourly, type JobKind, nightly, type Schedule } from './platform/jobs/job.ts';

/** Done jobs are remembered this long, so that a late repetition of their event is still recognised. */
const doneJobsDays = 30;

const everyMinute = (name: string): Schedule => ({
  name,
  period: (now) => now.toISOString().slice(0, 16),
});

/** What time alone causes. One run per period, however many servers there are. */
export const schedulesOf = (m: Modules): readonly Schedule[] => [
  everyMinute('submit-overdue-attempts'),
  everyMinute('flush-visit-counts'),
  hourly('sweep-rate-limits'),
  hourly('sweep-wallets'),
  hourly('settle-denials'),
  nightly('refresh-status-lists'),
  nightly('retention'),
  nightly('remind-of-expiry', 6),
  nightly('forget-done-jobs'),
  ...m.billing.schedules,
];

const none = z.object({});

/** The jobs behind the schedules, and those that modules ask for themselves. */
export const jobKinds = (m: Modules): readonly JobKind[] => {
  const { clock, limits, jobs } = m.platform;
  return [
    defineJob('submit-overdue-attempts', none, async () => {
      await m.learning.submitOverdue(clock.now());
    }),
    defineJob('settle-denials', none, async () => {
      await m.learning.examining.cases.settle(clock.now());
    }),
    defineJob('flush-visit-counts', none, () => m.measurement.flush()),
    defineJob('sweep-rate-limits', none, async () => {
      await limits.sweep(clock.now());
    }),
    defineJob('sweep-wallets', none, () => m.wallets.sweep()),
    defineJob('refresh-status-lists', none, () => m.issuer.refreshStatusLists()),
    defineJob('remind-of-expiry', none, async () => {
      await m.issuer.lifetime.remindOfExpiry();
    }),
    defineJob('retention', none, async () => {
      await m.privacy.applyRetention();
    }),
    defineJob('forget-done-jobs', none, async () => {
      await jobs.forgetDone(new Date(clock.now().getTime() - doneJobsDays * 86_400_000));
    }),
    defineJob(batchLetterJob, z.object({ identifier: z.string() }), ({ identifier }) =>
      letters(m).certificateSent(`${batchLetterJob}:${identifier}`, identifier),
    ),
    ...m.billing.jobKinds,
    ...m.issuer.jobKinds,
    ...m.desk.jobKinds,
    ...m.privacy.jobKinds,
  ];
};
