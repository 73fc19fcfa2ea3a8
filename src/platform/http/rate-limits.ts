import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Connection } from 'mongoose';
import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../errors.ts';
import { firstGroups, ipv4Of } from './ip-address.ts';

/** `points` calls per key in `seconds`. `shared` counts over all processes through the database. */
export type Limit = { name: string; points: number; seconds: number; shared: boolean };

/** What is left of a limit: so many calls, until the count begins anew in so many seconds. */
export type Allowance = { points: number; remaining: number; seconds: number };

export type RateLimits = {
  /** Creates the index that decides races; called once at start. */
  prepare(): Promise<void>;
  /** Deletes counters that have run out: the embedded database has no TTL monitor. */
  sweep(now: Date): Promise<number>;
  /** Counts one call and says what is left. @throws DomainError `too-many-requests` (429) with the seconds to wait. */
  consume(limit: Limit, key: string): Promise<Allowance>;
  /** Forgets what was counted for the key: after a success, when only failures should count. */
  reset(limit: Limit, key: string): Promise<void>;
  /** Counts a request, once however often asked: who answers it may be decided after it was counted. @throws as `consume` */
  countRequest(limit: Limit, request: IncomingMessage, key: string): Promise<Allowance>;
  /** Counts each request of an address (IPv4 whole, IPv6 by its /64). */
  perAddress(limit: Limit): RequestHandler;
};

/** The network that an address belongs to: what one subscriber can change at will must not count as new. */
export const networkOf = (ip: string | undefined): string => {
  if (!ip) return 'unknown';
  return ipv4Of(ip) ?? firstGroups(ip, 4);
};

/** Tells a program what it may still do (draft-ietf-httpapi-ratelimit-headers), so that it need not run into the wall. */
export const allowanceHeaders = (
  limit: Limit,
  { points, remaining, seconds }: Allowance,
): Record<'RateLimit-Policy' | 'RateLimit', string> => ({
  'RateLimit-Policy': `"${limit.name}";q=${points};w=${limit.seconds}`,
  RateLimit: `"${limit.name}";r=${remaining};t=${seconds}`,
});

/** The same for an answer of Express. */
export const announce = (response: Response, limit: Limit, allowance: Allowance): void => {
  response.set(allowanceHeaders(limit, allowance));
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

  const consume = async (limit: Limit, key: string): Promise<Allowance> => {
    const limiter = limiterOf(limit);
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(key);
      const seconds = Math.max(0, Math.ceil(msBeforeNext / 1000));
      return { points: limiter.points, remaining: remainingPoints, seconds };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new DomainError('too-many', 'too-many-requests', {
        params: { seconds },
        retryAfterSeconds: seconds,
      });
    }
  };

  const counted = new WeakMap<IncomingMessage, Map<string, Promise<Allowance>>>();

  const countRequest = (limit: Limit, request: IncomingMessage, key: string): Promise<Allowance> => {
    const before = counted.get(request) ?? new Map<string, Promise<Allowance>>();
    const known = before.get(limit.name);
    if (known) return known;
    const counting = consume(limit, key);
    counted.set(request, before.set(limit.name, counting));
    return counting;
  };

  const counters = () => connection.collection('rate_limits');

  return {
    prepare: async () => {
      await counters().createIndex({ key: 1 }, { unique: true });
    },
    sweep: async (now) => (await counters().deleteMany({ expire: { $lt: now } })).deletedCount,
    consume,
    countRequest,
    reset: async (limit, key) => {
      await limiterOf(limit).delete(key);
    },
    perAddress: (limit) => async (request: Request, response, next) => {
      announce(response, limit, await countRequest(limit, request, networkOf(request.ip)));
      next();
    },
  };
};
