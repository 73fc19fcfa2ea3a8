import { pino } from 'pino';

/** Structured lines for the operator: English, no personal data, no secret. */
export type Logger = {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  debug(fields: Record<string, unknown>, message: string): void;
};

/** Names of fields whose value never reaches a log line, wherever they stand up to three levels deep. */
const secretFields: ReadonlySet<string> = new Set([
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
]);
/** The depth at which fields are still looked at. */
const levels = 3;

/** The same fields with the secret ones covered; the very object when there are none, which is nearly always. */
const covered = (fields: Record<string, unknown>, level = 1): Record<string, unknown> => {
  let result = fields;
  for (const [name, value] of Object.entries(fields)) {
    const shown = coveredValue(name, value, level);
    if (shown === value) continue;
    if (result === fields) result = copyOf(fields);
    result[name] = shown;
  }
  return result;
};

const copyOf = (fields: Record<string, unknown>): Record<string, unknown> =>
  Array.isArray(fields) ? Object.assign([], fields) : { ...fields };

const coveredValue = (name: string, value: unknown, level: number): unknown => {
  if (secretFields.has(name)) return '[redacted]';
  if (level === levels || typeof value !== 'object' || value === null) return value;
  return covered(value as Record<string, unknown>, level + 1);
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * The lines of one turn of the event loop are written together, at its end or when the process ends: one system call for
 * all who are answered at once. Only a kill can lose them, those of less than a millisecond.
 */
const createErrorStream = (): { write(line: string): void } => {
  const stream = pino.destination({ fd: 2, sync: true });
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') stream.write(lines);
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
  };
};

const errorStream = createErrorStream();

/** The moment as ISO 8601, made once a millisecond: many lines are of the same. */
const createNow = (): (() => string) => {
  let moment = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== moment) {
      moment = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
};

const plainName = /^[A-Za-z]\w*$/;
const isNumber = Number.isFinite;

/** The members of an object of texts and numbers none of which is a secret, as pino writes them; else nothing. */
const plainMembers = (fields: Record<string, unknown>): string | undefined => {
  let members = '';
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const plain = typeof value === 'string' || isNumber(value);
    if (!plain || secretFields.has(name) || !plainName.test(name)) return undefined;
    members += `,"${name}":${JSON.stringify(value)}`;
  }
  return members;
};

const infoLevel = 30;

/** JSON lines on the standard error stream; the standard output keeps for what the operator reads at start. */
export const createLogger = (level: LogLevel): Logger => {
  const logger = pino(
    // Not the `redact` of pino: with wildcards it costs 45 µs a line, half of what Express takes for a request.
    { level, formatters: { log: covered }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    errorStream,
  );
  if (!logger.isLevelEnabled('info')) return logger;
  const now = createNow();
  return {
    debug: (fields, message) => logger.debug(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    // Every request has such a line: written here it costs a third of what it costs in pino.
    info: (fields, message) => {
      const members = plainMembers(fields);
      if (members === undefined) logger.info(fields, message);
      else
        errorStream.write(
          `{"level":${infoLevel},"time":"${now()}"${members},"msg":${JSON.stringify(message)}}\n`,
        );
    },
  };
};

export const silentLogger: Logger = createLogger('silent');

/** What an unknown failure may say in a log: its kind, message and stack, never its properties. */
export const describeError = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? { error: error.name, message: error.message, stack: error.stack }
    : { error: typeof error, message: String(error) };
