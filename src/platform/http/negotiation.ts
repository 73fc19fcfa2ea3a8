import express from 'express';

/** Chooses a media type for an `Accept` header (RFC 9110, 12.5.1), as Express does. */
export type Negotiation = {
  choose(accept: string | undefined): string | undefined;
  /** Among how many types. */
  readonly choices: number;
};

type Accepts = (this: { headers: { accept: string } }, types: string[]) => string | false;
const acceptsOf = (request: ThisParameterType<Accepts>, types: string[]): string | false =>
  (express.request.accepts as unknown as Accepts).call(request, types);

/** Readers send a few headers over and over; a long one is not worth keeping. */
const most = { remembered: 200, length: 200 };

/**
 * Reading an `Accept` header costs more than sending a document, so what was decided is remembered. `first` of the types
 * wins where the reader does not mind.
 */
export const createNegotiation = (types: readonly string[]): Negotiation => {
  const known = new Map<string, string | undefined>();
  const decide = (accept: string): string | undefined =>
    acceptsOf({ headers: { accept } }, [...types]) || undefined;

  return {
    choices: types.length,
    choose: (accept) => {
      if (accept === undefined) return types[0];
      if (known.has(accept)) return known.get(accept);
      const chosen = decide(accept);
      if (accept.length <= most.length) {
        if (known.size >= most.remembered) known.clear();
        known.set(accept, chosen);
      }
      return chosen;
    },
  };
};
