import { createHash, randomBytes } from 'node:crypto';
import { clientAuthenticationAnonymous, setGlobalConfig } from '@openid4vc/oauth2';
import { type IssuerMetadataResult, Openid4vciClient } from '@openid4vc/openid4vci';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { base58btc } from 'multiformats/bases/base58';

/** A wallet made of a client library of another team, with a key of its own; nothing of the product's code. */
export type OpenidWallet = {
  did: string;
  client: Openid4vciClient;
  /** Signs anything as this wallet; `kid` is its DID URL unless said otherwise. */
  sign(payload: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** From the link of an offer to the credential: everything that a wallet does. */
  claim(offer: string, how?: ClaimOptions): Promise<unknown>;
  /** The first half: as far as the access token. */
  begin(offer: string, transactionCode?: string): Promise<Begun>;
  /** The second half; can be repeated. */
  finish(begun: Begun, how?: ClaimOptions): Promise<unknown>;
};

type ClaimOptions = {
  configuration?: string;
  transactionCode?: string | undefined;
  binding?: 'did' | 'jwk';
  nonce?: string;
};

type Begun = { metadata: IssuerMetadataResult; accessToken: string };
type Surroundings = {
  /** Sends to the service what the wallet sends to its public address. */
  fetch: typeof globalThis.fetch;
  now(): Date;
};

setGlobalConfig({ allowInsecureUrls: true });

const ed25519Prefix = [0xed, 0x01];

export const ldpVc = 'OpenBadgeCredential_ldp_vc';
export const jwtVcJson = 'OpenBadgeCredential_jwt_vc_json';

export const createOpenidWallet = async ({ fetch, now }: Surroundings): Promise<OpenidWallet> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const raw = Buffer.from(jwk.x ?? '', 'base64url');
  const key = base58btc.encode(Uint8Array.from([...ed25519Prefix, ...raw]));
  const did = `did:key:${key}`;
  const kid = `${did}#${key}`;
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' };

  const sign: OpenidWallet['sign'] = (payload, header = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid, ...header }).sign(privateKey);

  const client = new Openid4vciClient({
    callbacks: {
      fetch,
      hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
      generateRandom: (length) => randomBytes(length),
      clientAuthentication: clientAuthenticationAnonymous(),
      signJwt: async (_signer, { header, payload }) => ({
        jwt: await new SignJWT(payload as JWTPayload)
          .setProtectedHeader(header as JWTHeaderParameters)
          .sign(privateKey),
        signerJwk: publicJwk,
      }),
    },
  });

  const signer = (binding: 'did' | 'jwk') =>
    binding === 'did'
      ? ({ method: 'did', didUrl: kid, alg: 'EdDSA' } as const)
      : ({ method: 'jwk', publicJwk, alg: 'EdDSA' } as const);

  const begin: OpenidWallet['begin'] = async (offer, txCode) => {
    const credentialOffer = await client.resolveCredentialOffer(offer);
    const metadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
    const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer,
      issuerMetadata: metadata,
      ...(txCode === undefined ? {} : { txCode }),
    });
    return { metadata, accessToken: accessTokenResponse.access_token };
  };

  const finish: OpenidWallet['finish'] = async (
    { metadata, accessToken },
    { configuration = ldpVc, binding = 'did', nonce } = {},
  ) => {
    const { jwt } = await client.createCredentialRequestJwtProof({
      issuerMetadata: metadata,
      credentialConfigurationId: configuration,
      signer: signer(binding),
      nonce: nonce ?? (await client.requestNonce({ issuerMetadata: metadata })).c_nonce,
      issuedAt: now(),
    });
    const answer = await client.retrieveCredentials({
      issuerMetadata: metadata,
      credentialConfigurationId: configuration,
      accessToken,
      proofs: { jwt: [jwt] },
    });
    const [given] = answer.credentialResponse.credentials ?? [];
    return (given as { credential?: unknown } | undefined)?.credential;
  };

  return {
    did,
    client,
    sign,
    begin,
    finish,
    claim: async (offer, how = {}) => finish(await begin(offer, how.transactionCode), how),
  };
};
