import type { CertificateVerdicts } from '../desk/index.ts';
import type { readIdentifier as ReadIdentifier } from '../issuer/index.ts';
import type { Answer, Asked, DirectAnswer, Ready } from '../platform/http/direct-answer.ts';
import { clientAddress } from '../platform/http/ip-address.ts';
import { createNegotiation } from '../platform/http/negotiation.ts';
import { pageTypes } from '../platform/http/problem.ts';
import {
  type Allowance,
  allowanceHeaders,
  networkOf,
  type RateLimits,
} from '../platform/http/rate-limits.ts';
import { verifyLimit } from './pages/verify.ts';

type Deps = {
  verdicts: CertificateVerdicts;
  limits: Pick<RateLimits, 'countRequest' | 'countAtOnce'>;
  readIdentifier: typeof ReadIdentifier;
  trustProxyHops: number;
};

/** As it is printed in the address; whatever else people type is for the page to read. */
const published = /^\/v\/([0-9A-Z]{28})$/;

const readied = new WeakMap<Buffer, Ready>();
const readyOf = (json: Buffer): Ready => {
  const known = readied.get(json);
  if (known) return known;
  const own = ['Cross-Origin-Resource-Policy', 'same-origin', 'Cache-Control', 'no-store', 'Vary', 'Accept'];
  const content = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(json.length)];
  const made: Ready = { status: 200, headers: [...own, ...content], body: json };
  readied.set(json, made);
  return made;
};

const answerWith = (json: Buffer, allowance: Allowance): Answer => ({
  ready: readyOf(json),
  headers: Object.entries(allowanceHeaders(verifyLimit, allowance)).flat(),
});

/** Somebody who does not trust what was kept (RFC 9111, 5.2.1.4) has everything checked anew. */
const distrusts = ({ headers }: Asked): boolean => /\bno-cache\b/.test(headers['cache-control'] ?? '');

/** `GET /v/{identifier}` for programs, where the answer is a report. People, errors and erased holders are for the page. */
export const createDirectVerdicts = (deps: Deps): DirectAnswer => {
  const { verdicts, limits, readIdentifier, trustProxyHops } = deps;
  const format = createNegotiation(pageTypes);

  const networkFrom = (asked: Asked): string => networkOf(clientAddress(asked, trustProxyHops));

  /** Of a request that is for a program, and whose answer may be ours. */
  const identifierIn = ({ url, headers }: Asked): string | undefined => {
    const identifier = published.exec(url ?? '')?.[1];
    if (!identifier || format.choose(headers.accept) === 'text/html') return undefined;
    const read = readIdentifier(identifier);
    return read.outcome === 'read' && read.identifier === identifier ? identifier : undefined;
  };

  const report = async (asked: Asked, identifier: string): Promise<Answer | undefined> => {
    const allowance = await limits.countRequest(verifyLimit, asked, networkFrom(asked));
    const verdict = await verdicts.of(identifier, { anew: distrusts(asked) });
    return verdict.kind === 'report' ? answerWith(verdict.json, allowance) : undefined;
  };

  return {
    atOnce: (asked) => {
      const identifier = distrusts(asked) ? undefined : identifierIn(asked);
      const kept = identifier === undefined ? undefined : verdicts.keptAtOnce(identifier);
      const allowance = kept && limits.countAtOnce(verifyLimit, networkFrom(asked));
      return allowance && answerWith(kept, allowance);
    },
    later: (asked) => {
      const identifier = identifierIn(asked);
      return identifier ? report(asked, identifier) : undefined;
    },
  };
};
