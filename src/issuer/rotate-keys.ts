import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import type { CertificateStore } from './certificate-store.ts';
import { IssuerKeyActivated, IssuerKeyCompromised } from './events.ts';
import { activeOf, type IssuerKey } from './key-history.ts';
import type { KeyRegister } from './key-register.ts';
import type { Keyring } from './keyring.ts';
import type { KeyFiles } from './keys.ts';

type RotateDeps = {
  register: KeyRegister;
  files: KeyFiles;
  keyring: Keyring;
  certificates: Pick<CertificateStore, 'nameKeys'>;
  clock: Clock;
  outbox: Outbox;
};

/** What an operator does with the issuer's keys. Each step is one write, so a cut leaves a state that can be gone on from. */
export type KeyCare = {
  /** Every key, oldest first, with its state and dates. */
  list(): Promise<readonly IssuerKey[]>;
  /** The key that waits to be put to use; made and announced when there is none. */
  prepareNext(): Promise<IssuerKey>;
  /**
   * Puts the waiting key to use. The former one verifies from then on what it signed; running processes follow within
   * seconds. @throws DomainError `no-next-key` when none waits, `key-file-unusable` when its secret half is not here
   */
  rotate(by: string): Promise<IssuerKey>;
  /**
   * Reports that somebody else may hold a key: nothing it ever signed counts any more, and what it signed is signed anew.
   * @throws DomainError `not-found`, `key-still-active`: another must be put to use first
   */
  compromise(publicKeyMultibase: string, by: string): Promise<IssuerKey>;
};

export const createKeyCare = ({
  register,
  files,
  keyring,
  certificates,
  clock,
  outbox,
}: RotateDeps): KeyCare => {
  const find = async (publicKeyMultibase: string): Promise<IssuerKey> => {
    const key = (await register.all()).find((one) => one.publicKeyMultibase === publicKeyMultibase);
    if (!key) throw notFound();
    return key;
  };

  const waiting = async (): Promise<IssuerKey | undefined> =>
    (await register.all()).find(({ state }) => state === 'next');

  return {
    list: () => register.all(),

    prepareNext: async () => {
      const known = await waiting();
      if (known) return known;
      // On disk first: a key that is announced and then not there could never be put to use.
      const publicKeyMultibase = await files.create();
      await register.announce(publicKeyMultibase, clock.now());
      await keyring.reload();
      return find(publicKeyMultibase);
    },

    rotate: async (by) => {
      const next = await waiting();
      if (!next) throw new DomainError('conflict', 'no-next-key');
      const { publicKeyMultibase } = next;
      const file = await files.find(publicKeyMultibase);
      if (file.kind !== 'ready') throw new DomainError('conflict', 'key-file-unusable');
      const generations = (await register.all()).map(({ generation = 0 }) => generation);
      const at = clock.now();
      const put = { generation: Math.max(0, ...generations) + 1, activatedAt: at };
      // Another who was faster did what was wanted here.
      await register.activate(
        publicKeyMultibase,
        put,
        eventOf(IssuerKeyActivated, { key: publicKeyMultibase, by }, at),
      );
      outbox.poke();
      await keyring.reload();
      return find(publicKeyMultibase);
    },

    compromise: async (publicKeyMultibase, by) => {
      const key = await find(publicKeyMultibase);
      if (activeOf([key])) throw new DomainError('conflict', 'key-still-active');
      // Whoever reports it wants to know how many certificates it has signed.
      await certificates.nameKeys();
      const at = clock.now();
      const event = eventOf(IssuerKeyCompromised, { key: publicKeyMultibase, by }, at);
      await register.compromise(publicKeyMultibase, at, event);
      outbox.poke();
      await keyring.reload();
      return find(publicKeyMultibase);
    },
  };
};
