import type { Request, RequestHandler, Response } from 'express';
import type { Connection } from 'mongoose';
import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../errors.ts';
import type { Asked } from './direct-answer.ts';
import { firstGroups, ipv4Of } from './ip-address.ts';
import { type Counted, createRequestCounters, type RequestCounters } from './request-counters.ts';

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
  countRequest(limit: Limit, request: Asked, key: string): Promise<Allowance>;
  /**
   * Counts one call of a limit that is not shared, if it may be made; nothing is counted of one that may not, so that it
   * can be refused, and counted, by whoever answers it.
   */
  countAtOnce(limit: Limit, key: string): Allowance | undefined;
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

const tooMany = (milliseconds: number): DomainError => {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new DomainError('too-many', 'too-many-requests', {
    params: { seconds },
    retryAfterSeconds: seconds,
  });
};

/** Where the calls of one limit are counted. */
type Limiter = {
  count(key: string): Counted | Promise<Counted>;
  forget(key: string): Promise<void>;
  /** The counters themselves, when they lie in this process. */
  inMemory?: RequestCounters;
};

const ownLimiter = ({ seconds }: Limit): Limiter => {
  const inMemory = createRequestCounters(seconds * 1000);
  return { count: inMemory.count, forget: async (key) => inMemory.forget(key), inMemory };
};

const sharedLimiter = (connection: Connection, { name, seconds }: Limit, points: number): Limiter => {
  const options = { keyPrefix: name, points, duration: seconds };
  const limiter = new RateLimiterMongo({
    ...options,
    storeClient: connection.getClient(),
    dbName: connection.name,
    tableName: 'rate_limits',
    disableIndexesCreation: true,
    insuranceLimiter: new RateLimiterMemory(options),
  });
  return {
    count: async (key) => {
      const { consumedPoints, msBeforeNext } = await limiter.consume(key).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
      return { count: consumedPoints, left: msBeforeNext };
    },
    forget: async (key) => {
      await limiter.delete(key);
    },
  };
};

export const createRateLimits = (connection: Connection, mode: 'standard' | 'relaxed'): RateLimits => {
  const limiters = new Map<string, Limiter>();

  const limiterOf = (limit: Limit): Limiter => {
    const known = limiters.get(limit.name);
    if (known) return known;
    const made = limit.shared ? sharedLimiter(connection, limit, pointsOf(limit)) : ownLimiter(limit);
    limiters.set(limit.name, made);
    return made;
  };

  const pointsOf = ({ points }: Limit): number => (mode === 'relaxed' ? points * relaxedFactor : points);

  const allowance = (limit: Limit, { count, left }: Counted): Allowance => {
    const points = pointsOf(limit);
    if (count > points) throw tooMany(left);
    return { points, remaining: points - count, seconds: Math.max(0, Math.ceil(left / 1000)) };
  };

  const consume = async (limit: Limit, key: string): Promise<Allowance> =>
    allowance(limit, await limiterOf(limit).count(key));

  const countAtOnce = (limit: Limit, key: string): Allowance | undefined => {
    const { inMemory } = limiterOf(limit);
    if (!inMemory || inMemory.next(key).count > pointsOf(limit)) return undefined;
    return allowance(limit, inMemory.count(key));
  };

  const counted = new WeakMap<Asked, Map<string, Promise<Allowance>>>();

  const countRequest = (limit: Limit, request: Asked, key: string): Promise<Allowance> => {
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
    countAtOnce,
    reset: (limit, key) => limiterOf(limit).forget(key),
    perAddress: (limit) => async (request: Request, response, next) => {
      announce(response, limit, await countRequest(limit, request, networkOf(request.ip)));
      next();
    },
  };
};
