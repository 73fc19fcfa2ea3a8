import type { Request, RequestHandler } from 'express';
import type { Connection } from 'mongoose';
import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../errors.ts';
import { firstGroups, ipv4Of } from './ip-address.ts';

/** `points` calls per key in `seconds`. `shared` counts over all processes through the database. */
export type Limit = { name: string; points: number; seconds: number; shared: boolean };

export type RateLimits = {
  /** Creates the index that decides races; called once at start. */
  prepare(): Promise<void>;
  /** Deletes counters that have run out: the embedded database has no TTL monitor. */
  sweep(now: Date): Promise<number>;
  /** Counts one call. @throws DomainError `too-many-requests` (429) with the seconds to wait. */
  consume(limit: Limit, key: string): Promise<void>;
  /** Forgets what was counted for the key: after a success, when only failures should count. */
  reset(limit: Limit, key: string): Promise<void>;
  /** Counts each request of an address (IPv4 whole, IPv6 by its /64). */
  perAddress(limit: Limit): RequestHandler;
};

/** The network that an address belongs to: what one subscriber can change at will must not count as new. */
export const networkOf = (ip: string | undefined): string => {
  if (!ip) return 'unknown';
  return ipv4Of(ip) ?? firstGroups(ip, 4);
};

const relaxedFactor = 1000;

export const createRateLimits = (connection: Connection, mode: 'standard' | 'relaxed'): RateLimits => {
  const limiters = new Map<string, RateLimiterMemory | RateLimiterMongo>();

  const limiterOf = (limit: Limit): RateLimiterMemory | RateLimiterMongo => {
    const known = limiters.get(limit.name);
    if (known) return known;
    const points = mode === 'relaxed' ? limit.points * relaxedFactor : limit.points;
    const options = { keyPrefix: limit.name, points, duration: limit.seconds };
    const made = limit.shared
      ? new RateLimiterMongo({
          ...options,
          storeClient: connection.getClient(),
          dbName: connection.name,
          tableName: 'rate_limits',
          disableIndexesCreation: true,
          insuranceLimiter: new RateLimiterMemory(options),
        })
      : new RateLimiterMemory(options);
    limiters.set(limit.name, made);
    return made;
  };

  const consume = async (limit: Limit, key: string): Promise<void> => {
    try {
      await limiterOf(limit).consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new DomainError('too-many', 'too-many-requests', {
        params: { seconds },
        retryAfterSeconds: seconds,
      });
    }
  };

  const counters = () => connection.collection('rate_limits');

  return {
    prepare: async () => {
      await counters().createIndex({ key: 1 }, { unique: true });
    },
    sweep: async (now) => (await counters().deleteMany({ expire: { $lt: now } })).deletedCount,
    consume,
    reset: async (limit, key) => {
      await limiterOf(limit).delete(key);
    },
    perAddress: (limit) => async (request: Request, _response, next) => {
      await consume(limit, networkOf(request.ip));
      next();
    },
  };
};
