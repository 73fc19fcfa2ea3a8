import { createHash } from 'node:crypto';
import { Openid4vpClient } from '@openid4vc/openid4vp';

/** What a wallet reads in the link of a presentation request. */
export type ReadRequest = {
  nonce: string;
  audience: string;
  state: string;
  responseUri: string;
  dcql: unknown;
};

const unused = (): never => {
  throw new Error('a request by value needs no keys');
};

/** The wallet's side of OpenID4VP, by a client library of another team. */
export const createRequestReader = (fetch: typeof globalThis.fetch) => {
  const client = new Openid4vpClient({
    callbacks: {
      fetch,
      hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
      signJwt: unused,
      verifyJwt: unused,
      decryptJwe: unused,
      encryptJwe: unused,
    },
  });

  const resolve = async (link: string) => {
    const parsed = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link });
    if (parsed.type !== 'openid4vp') throw new Error(`not a plain request: ${parsed.type}`);
    return client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: parsed.params });
  };

  return {
    read: async (link: string): Promise<ReadRequest> => {
      const { authorizationRequestPayload: payload, client: asker, dcql } = await resolve(link);
      return {
        nonce: payload.nonce ?? '',
        audience: asker.effective,
        state: String(payload.state),
        responseUri: String(payload.response_uri),
        dcql: dcql?.query,
      };
    },
    /** Sends presentations as the library does. */
    answer: async (link: string, vpToken: Record<string, unknown>): Promise<Response> => {
      const { authorizationRequestPayload } = await resolve(link);
      const { authorizationResponsePayload } = await client.createOpenid4vpAuthorizationResponse({
        authorizationRequestPayload,
        authorizationResponsePayload: { vp_token: vpToken } as never,
      });
      const { response } = await client.submitOpenid4vpAuthorizationResponse({
        authorizationRequestPayload: authorizationRequestPayload as { response_uri: string },
        authorizationResponsePayload,
      });
      return response;
    },
  };
};
