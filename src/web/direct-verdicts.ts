import type { IncomingMessage } from 'node:http';
import type { readIdentifier as ReadIdentifier } from '../issuer/index.ts';
import type { DirectAnswer, Send } from '../platform/http/direct-answers.ts';
import { clientAddress } from '../platform/http/ip-address.ts';
import { createNegotiation } from '../platform/http/negotiation.ts';
import { pageTypes } from '../platform/http/problem.ts';
import { allowanceHeaders, networkOf, type RateLimits } from '../platform/http/rate-limits.ts';
import type { CertificateVerdicts } from './certificate-verdicts.ts';
import { verifyLimit } from './pages/verify.ts';

type Deps = {
  verdicts: CertificateVerdicts;
  limits: Pick<RateLimits, 'countRequest'>;
  readIdentifier: typeof ReadIdentifier;
  trustProxyHops: number;
};

/** As it is printed in the address; whatever else people type is for the page to read. */
const published = /^\/v\/([0-9A-Z]{28})$/;

const sending =
  (json: Buffer, allowance: Record<string, string>): Send =>
  (request, response, headers) => {
    const own = [
      'Cross-Origin-Resource-Policy',
      'same-origin',
      'Cache-Control',
      'no-store',
      'Vary',
      'Accept',
    ];
    const content = [
      'Content-Type',
      'application/json; charset=utf-8',
      'Content-Length',
      String(json.length),
    ];
    response.writeHead(200, [...headers, ...Object.entries(allowance).flat(), ...own, ...content]);
    response.end(request.method === 'HEAD' ? undefined : json);
  };

/** Somebody who does not trust what was kept (RFC 9111, 5.2.1.4) has everything checked anew. */
const distrusts = ({ headers }: IncomingMessage): boolean =>
  /\bno-cache\b/.test(headers['cache-control'] ?? '');

/** `GET /v/{identifier}` for programs, where the answer is a report. People, errors and erased holders are for the page. */
export const createDirectVerdicts = (deps: Deps): DirectAnswer => {
  const { verdicts, limits, readIdentifier, trustProxyHops } = deps;
  const format = createNegotiation(pageTypes);

  const answer = async (request: IncomingMessage, identifier: string): Promise<Send | undefined> => {
    const network = networkOf(clientAddress(request, trustProxyHops));
    const left = allowanceHeaders(verifyLimit, await limits.countRequest(verifyLimit, request, network));
    const anew = distrusts(request);
    const kept = anew ? undefined : verdicts.keptAtOnce(identifier);
    if (kept) return sending(kept, left);
    const verdict = await verdicts.of(identifier, { anew });
    return verdict.kind === 'report' ? sending(verdict.json, left) : undefined;
  };

  return (request) => {
    const identifier = published.exec(request.url ?? '')?.[1];
    if (!identifier || format.choose(request.headers.accept) === 'text/html') return undefined;
    const read = readIdentifier(identifier);
    if (read.outcome !== 'read' || read.identifier !== identifier) return undefined;
    return answer(request, identifier);
  };
};
