import { hash, verify } from '@node-rs/argon2';

/** argon2id with the parameters that OWASP recommends (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password, parameters);

/** A hash nobody's password has: an unknown address costs the same time as a known one. */
let nobody: Promise<string> | undefined;

export const verifyPassword = async (
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> => {
  nobody ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await nobody), password);
  return passwordHash !== undefined && matches;
};

/** Whether the hash was made with other parameters than today's, so that the next sign-in makes it anew. */
export const isOutdated = (passwordHash: string): boolean =>
  !passwordHash.includes(`m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}`);
