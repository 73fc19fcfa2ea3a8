import { pino } from 'pino';

/** Structured lines for the operator: English, no personal data, no secret. */
export type Logger = {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  debug(fields: Record<string, unknown>, message: string): void;
};

/** Names of fields whose value never reaches a log line, wherever they stand up to three levels deep. */
const secretFields = [
  'password',
  'passwordHash',
  'token',
  'secret',
  'secretKeyMultibase',
  'authorization',
  'cookie',
  'email',
  'address',
  'givenName',
  'familyName',
  'holderName',
  'ip',
];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on the standard error stream; the standard output keeps for what the operator reads at start. */
export const createLogger = (level: LogLevel): Logger => {
  const paths = secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { level, redact: { paths, censor: '[redacted]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
};

export const silentLogger: Logger = createLogger('silent');

/** What an unknown failure may say in a log: its kind, message and stack, never its properties. */
export const describeError = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? { error: error.name, message: error.message, stack: error.stack }
    : { error: typeof error, message: String(error) };
