import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { defineJob, type JobKind, type JobRequest } from '../platform/jobs/job.ts';
import type { ReissueCertificates } from './reissue-certificates.ts';
import { revokeManyJob } from './revoke-in-background.ts';

type JobDeps = {
  reissue: ReissueCertificates;
  revokeBatch(id: string): Promise<void>;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  clock: Clock;
};

/** When all is signed anew, how soon to look for what a late process has signed since, in milliseconds. */
const lookAgainAfter = 60_000;

const reissueJob = 'reissue-certificates';

const reissuePart = (key: string, part: number): JobRequest => ({
  key: `${reissueJob}:${key}:${part}`,
  name: reissueJob,
  payload: { key, part },
});

/** The long work of the issuer, in parts that a stop need not wait for. */
export const issuerJobs = ({ reissue, revokeBatch, enqueue, clock }: JobDeps): readonly JobKind[] => [
  defineJob(reissueJob, z.object({ key: z.string(), part: z.number() }), async ({ key, part }) => {
    if (part === 1) await reissue.prepare();
    const next = reissuePart(key, part + 1);
    if ((await reissue.part(key)) > 0) await enqueue([next]);
    else if (await reissue.mayStillSign(key)) {
      await enqueue([{ ...next, runAt: new Date(clock.now().getTime() + lookAgainAfter) }]);
    }
  }),
  defineJob(revokeManyJob, z.object({ id: z.string() }), ({ id }) => revokeBatch(id)),
];

export const firstReissuePart = (key: string): JobRequest => reissuePart(key, 1);
