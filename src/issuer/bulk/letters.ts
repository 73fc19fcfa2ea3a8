import type { JobRequest } from '../../platform/jobs/job.ts';

/** The job that writes to one holder of a batch. */
export const batchLetterJob = 'send-batch-letter';

/** A mail server is not flooded, and other letters are not held up: 10,000 take under three hours. */
const perSecond = 1;

/** One letter per certificate, for ever; each a little later than the one before. */
export const letterRequests = (
  identifiers: readonly string[],
  before: number,
  from: Date,
): readonly JobRequest[] =>
  identifiers.map((identifier, index) => ({
    key: `${batchLetterJob}:${identifier}`,
    name: batchLetterJob,
    payload: { identifier },
    runAt: new Date(from.getTime() + ((before + index) * 1000) / perSecond),
  }));
