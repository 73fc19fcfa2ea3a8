import type { Request } from 'express';
import type { Measurement } from '../measurement/index.ts';
import { allowsCounting } from './cookie-choice.ts';

/** For `counts` of the renderer: pages that were found, read by somebody who said yes. */
export const createCountVisits =
  (measurement: Pick<Measurement, 'count'>) =>
  (
    request: Request,
    { view, language, status }: { view: string; language: string; status: number },
  ): void => {
    if (status === 200 && allowsCounting(request)) measurement.count({ view, language });
  };
