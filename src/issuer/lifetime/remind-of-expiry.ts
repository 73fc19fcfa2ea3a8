import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import { CertificateExpiring } from '../events.ts';
import type { LifetimeStore } from './lifetime-store.ts';
import { reminderDays } from './validity.ts';

type Deps = { lifetimes: Pick<LifetimeStore, 'expiring' | 'remind'>; clock: Clock; outbox: Outbox };

const day = 86_400_000;

/** The spans of remaining days, the most urgent first: 0 to 7, 7 to 30, 30 to 90. */
const spans = reminderDays.map((days, index) => ({ days, above: reminderDays[index + 1] ?? 0 })).reverse();

/**
 * Notes who is to be reminded that a certificate ends. Each reminder goes out once, whoever runs this and however often;
 * of several that have become due meanwhile only the last one, which tells the number of days that is true.
 */
export const createRemindOfExpiry =
  ({ lifetimes, clock, outbox }: Deps) =>
  async (): Promise<number> => {
    let reminded = 0;
    for (const { days, above } of spans) {
      const now = clock.now();
      const [from, until] = [above, days].map((count) => new Date(now.getTime() + count * day));
      if (!from || !until) continue;
      for await (const { identifier, accountId } of lifetimes.expiring({ from, until, days })) {
        const payload = { identifier, ...(accountId ? { accountId } : {}), days };
        if (await lifetimes.remind(identifier, days, eventOf(CertificateExpiring, payload, now)))
          reminded += 1;
      }
    }
    if (reminded > 0) outbox.poke();
    return reminded;
  };
