declare module '@digitalbazaar/ed25519-multikey' {
  export type KeyPair = {
    publicKeyMultibase: string;
    signer(): { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
  };
  export function generate(input: { id?: string; controller?: string }): Promise<KeyPair & { id: string }>;
}
