import type { Asked } from './direct-answer.ts';

/** The IPv4 address that is meant, written plainly or inside IPv6 (RFC 4291, 2.5.5.2). */
export const ipv4Of = (ip: string): string | undefined => /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];

/** The first of the eight groups of an IPv6 address, with the zeros that `::` stands for. */
export const firstGroups = (ip: string, count: number): string => {
  const [before = '', after] = ip.split('%')[0]?.split('::') ?? [];
  const head = before.split(':').filter(Boolean);
  const tail = (after ?? '').split(':').filter(Boolean);
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill('0'), ...tail].slice(0, count).join(':');
};

/**
 * Where a request comes from, as `request.ip` of Express with `trust proxy` set to so many hops: the nearest proxies are
 * believed about who was before them, nobody else is.
 */
export const clientAddress = (request: Asked, trustedHops: number): string | undefined => {
  const nearest = request.socket.remoteAddress;
  const forwarded = request.headers['x-forwarded-for'];
  if (trustedHops === 0 || forwarded === undefined) return nearest;
  const before = String(forwarded)
    .split(',')
    .map((address) => address.trim())
    .reverse();
  return [nearest, ...before][Math.min(trustedHops, before.length)];
};
