import { randomUUID } from 'node:crypto';
import { mayWrite } from '../accounts/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { Limit, RateLimits } from '../platform/http/rate-limits.ts';
import type { Language } from '../platform/i18n.ts';
import { type Random, token } from '../platform/random.ts';
import type { AddressErasureStore } from './address-erasure-store.ts';
import { AddressErased, AddressErasureAsked } from './events.ts';

/** What was sent to an address, as its holder knows it. */
type Received = { identifier: string; title: string; holderName: string };

/** Asks the issuer about holders who never opened an account. Erasing is safe to repeat. */
export type Recipients = {
  receivedAt(email: string): Promise<readonly Received[]>;
  erase(email: string): Promise<number>;
};

type Deps = {
  requests: AddressErasureStore;
  recipients: Recipients;
  limits: RateLimits;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** A letter with a link to its writer; `mint` makes the link as it is written, so that no queue holds a secret. */
export type AddressLetter = {
  email: string;
  name: string;
  language: Language;
  certificates: number;
  mint(): Promise<string>;
};

export type AddressErasures = {
  /** Notes the wish. What follows is a letter to the address, if anything was sent there; the caller learns neither. */
  ask(email: string, language: Language): Promise<void>;
  /** What to write for a request, if there is anything to erase. */
  letterFor(requestId: string): Promise<AddressLetter | undefined>;
  /** What a link would erase. Looking uses nothing up. @throws DomainError `link-spent` (410) */
  preview(secret: string): Promise<readonly Received[]>;
  /** Erases. Cut off, the link still works and finishes it. @throws DomainError `link-spent` (410) */
  erase(secret: string): Promise<void>;
};

/** How long the link holds. The address is forgotten after it. */
export const addressLinkHours = 24;
const letters: Limit = { name: 'address-erasure-letters', points: 3, seconds: 3600, shared: true };

const spent = (): DomainError => new DomainError('gone', 'link-spent');

/** Erasure for those whom only an address leads to (GDPR art. 17): proven by a link that is sent there. */
export const createAddressErasures = (deps: Deps): AddressErasures => {
  const { requests, recipients, clock, outbox } = deps;

  const opened = async (secret: string) => {
    const request = await requests.bySecret(secret, clock.now());
    if (!request) throw spent();
    return request;
  };

  return {
    ask: async (email, language) => {
      if (!(await mayWrite(deps.limits, letters, email))) return;
      const id = randomUUID();
      const askedAt = clock.now();
      const expiresAt = new Date(askedAt.getTime() + addressLinkHours * 3_600_000);
      const event = eventOf(AddressErasureAsked, { requestId: id }, askedAt);
      await requests.ask({ id, address: email, language, askedAt, expiresAt }, event);
      outbox.poke();
    },

    letterFor: async (requestId) => {
      const request = await requests.byId(requestId, clock.now());
      const received = request ? await recipients.receivedAt(request.address) : [];
      const [first] = received;
      if (!request || !first) return undefined;
      return {
        email: request.address,
        name: first.holderName,
        language: request.language,
        certificates: received.length,
        mint: async () => {
          const secret = token(deps.random);
          await requests.link(requestId, secret);
          return `/privacy/certificates-by-address/${secret}`;
        },
      };
    },

    preview: async (secret) => recipients.receivedAt((await opened(secret)).address),

    erase: async (secret) => {
      const { id, address } = await opened(secret);
      const certificates = await recipients.erase(address);
      const doneAt = clock.now();
      const event = eventOf(AddressErased, { requestId: id, by: 'holder' }, doneAt);
      await requests.close(id, { doneAt, certificates }, event);
      outbox.poke();
    },
  };
};
