import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

const account = z.strictObject({ accountId: z.string() });
const byStaff = z.strictObject({ accountId: z.string(), by: z.string(), reason: z.string() });

/** A person has asked for an account; its address is not confirmed yet. */
export const AccountRegistered = defineEvent('AccountRegistered', account);
/** Somebody tried to register an address that has an account already: its owner is told, the page says nothing. */
export const RegistrationRepeated = defineEvent('RegistrationRepeated', account);
/** The address has been shown to belong to the person. */
export const AddressConfirmed = defineEvent('AddressConfirmed', account);
export const PasswordResetRequested = defineEvent('PasswordResetRequested', account);
export const PasswordChanged = defineEvent('PasswordChanged', account);
export const RoleGranted = defineEvent('RoleGranted', byStaff.extend({ role: z.string() }));
export const RoleRevoked = defineEvent('RoleRevoked', byStaff.extend({ role: z.string() }));
/** The person has left: nobody signs in any more, and what is known of the person is about to be erased. */
export const AccountClosed = defineEvent('AccountClosed', account);
/** Staff have shut an account out, until they let it in again. */
export const AccountLocked = defineEvent('AccountLocked', byStaff);
export const AccountUnlocked = defineEvent('AccountUnlocked', byStaff);
