import type { Clock } from '../platform/clock.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { RetentionRun, RetentionStore } from './retention-store.ts';

/** Asks every module to delete or anonymise what is past its time, and notes what each removed. Safe to repeat. */
export const createApplyRetention =
  (deps: { providers: readonly PersonalDataProvider[]; runs: RetentionStore; clock: Clock }) =>
  async (): Promise<RetentionRun> => {
    const at = deps.clock.now();
    const lines: { module: string; category: string; removed: number }[] = [];
    for (const { module, expire } of deps.providers) {
      for (const line of await expire(at)) if (line.removed > 0) lines.push({ module, ...line });
    }
    const run = { at, lines };
    await deps.runs.add(run);
    return run;
  };
