import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LogLevel } from './logger.ts';
import { type Settings, settings } from './settings.ts';

/** Settings of one process, frozen. Choices are unions: nothing is half configured. */
export type Config = Readonly<{
  production: boolean;
  port: number;
  host: string;
  /** Public origin, without a slash at the end. */
  baseUrl: string;
  trustProxyHops: number;
  tls: { certFile: string; keyFile: string } | undefined;
  dataDir: string;
  cacheDir: string;
  contentDir: string;
  database: { kind: 'server'; uri: string } | { kind: 'embedded'; dir: string; cacheDir: string };
  mail: { kind: 'folder'; dir: string; from: string } | { kind: 'smtp'; url: string; from: string };
  payments:
    | { kind: 'simulated' }
    | { kind: 'stripe'; secretKey: string; webhookSecrets: readonly string[]; apiBase: string | undefined }
    | { kind: 'none' };
  transfer: { iban: string; bic: string; holder: string } | undefined;
  issuerKeysDir: string;
  sessionSecrets: { kind: 'given'; secrets: readonly string[] } | { kind: 'kept'; file: string };
  operator: {
    name: string;
    legalName: string;
    address: string;
    country: string;
    siren: string | undefined;
    vatId: string | undefined;
    email: string;
    privacyEmail: string;
    /** Signs the sheets; the title in the language of each. */
    signatory: { name: string; title: Readonly<Record<'en' | 'fr', string>> };
  };
  chromePath: string | undefined;
  browserSandbox: 'on' | 'off';
  logLevel: LogLevel;
  rateLimits: 'standard' | 'relaxed';
  seed: 'demo' | 'catalogue';
  worker: 'inside' | 'off';
}>;

/** Every fault of the settings at once, each with the variable's name. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`These settings need attention:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** The specimen account number that bank documents print; nobody's money may be sent there. */
const specimenIban = 'FR7630006000011234567890189';
const sampleSecrets = ['change-me', 'changeme', 'secret', 'please-change-this-session-secret-32'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, the only place that does.
 * @throws ConfigError naming every fault at once.
 */
export const readConfig = (environment: Environment = process.env): Config => {
  const { values, faults } = readSettings(environment);
  const nameOf = (fault: string): string => /^\w+/.exec(fault)?.[0] ?? '';
  const known = new Set(faults.map(nameOf));
  // A variable that could not be read has no value to judge any further.
  const further = [...pairingFaults(values), ...productionFaults(values)].filter(
    (fault) => !known.has(nameOf(fault)),
  );
  if (faults.length + further.length > 0) throw new ConfigError([...faults, ...further]);
  return Object.freeze(assemble(values, environment));
};

/** Reads each variable on its own, so that one fault hides no other; a wrong one counts as not set. */
const readSettings = (environment: Environment): { values: Settings; faults: string[] } => {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, shape] of Object.entries(settings.shape)) {
    const given = environment[name]?.trim() === '' ? undefined : environment[name];
    const parsed = shape.safeParse(given);
    values[name] = parsed.success ? parsed.data : shape.safeParse(undefined).data;
    if (!parsed.success)
      faults.push(`${name}: ${parsed.error.issues[0]?.message}. ${shape.description ?? ''}`);
  }
  return { values: values as Settings, faults };
};

const pairingFaults = (s: Settings): string[] => {
  const faults: string[] = [];
  if (Boolean(s.TLS_CERT_FILE) !== Boolean(s.TLS_KEY_FILE)) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE: give both, or neither');
  }
  for (const [name, file] of Object.entries({
    TLS_CERT_FILE: s.TLS_CERT_FILE,
    TLS_KEY_FILE: s.TLS_KEY_FILE,
  })) {
    if (file && !existsSync(file)) faults.push(`${name}: no file ${file}`);
  }
  if (s.PAYMENTS === 'stripe' && !s.STRIPE_SECRET_KEY)
    faults.push('STRIPE_SECRET_KEY: needed by PAYMENTS=stripe');
  if (s.STRIPE_SECRET_KEY && !s.STRIPE_WEBHOOK_SECRETS) {
    faults.push('STRIPE_WEBHOOK_SECRETS: needed with STRIPE_SECRET_KEY, or no payment is ever confirmed');
  }
  const transfer = [s.TRANSFER_IBAN, s.TRANSFER_BIC, s.TRANSFER_HOLDER].filter(Boolean).length;
  if (transfer % 3 !== 0)
    faults.push('TRANSFER_IBAN, TRANSFER_BIC and TRANSFER_HOLDER: give all three, or none');
  if (s.BASE_URL && new URL(s.BASE_URL).pathname !== '/') faults.push('BASE_URL: an origin without a path');
  if (s.CHROME_PATH && !existsSync(s.CHROME_PATH)) faults.push(`CHROME_PATH: no file ${s.CHROME_PATH}`);
  return faults;
};

const productionFaults = (s: Settings): string[] => {
  if (s.NODE_ENV !== 'production') return [];
  const faults: string[] = [];
  const secrets = list(s.SESSION_SECRET);
  if (!s.BASE_URL?.startsWith('https://')) faults.push('BASE_URL: production needs a public https origin');
  if (secrets.length === 0) faults.push('SESSION_SECRET: production needs one');
  if (secrets.some((secret) => secret.length < 32 || sampleSecrets.includes(secret))) {
    faults.push('SESSION_SECRET: at least 32 characters, and not a sample');
  }
  if (s.PAYMENTS === 'simulated') faults.push('PAYMENTS: simulated payments are refused in production');
  // Restricted keys (`rk_`) have a test mode as well.
  if (/^[sr]k_test_/.test(s.STRIPE_SECRET_KEY ?? ''))
    faults.push('STRIPE_SECRET_KEY: a test key is refused in production');
  if (s.STRIPE_API_BASE) faults.push('STRIPE_API_BASE: refused in production');
  if (s.TRANSFER_IBAN?.replaceAll(' ', '') === specimenIban) {
    faults.push('TRANSFER_IBAN: the specimen account is refused in production');
  }
  if (s.RATE_LIMITS === 'relaxed') faults.push('RATE_LIMITS: relaxed limits are refused in production');
  if (s.SEED === 'demo') faults.push('SEED: demo people are refused in production');
  for (const name of [
    'OPERATOR_ADDRESS',
    'OPERATOR_SIREN',
    'OPERATOR_EMAIL',
    'SIGNATORY_NAME',
    'MAIL_FROM',
  ] as const) {
    if (!s[name]) faults.push(`${name}: production needs it`);
  }
  return faults;
};

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const paymentsOf = (s: Settings): Config['payments'] => {
  const production = s.NODE_ENV === 'production';
  const kind = s.PAYMENTS ?? (s.STRIPE_SECRET_KEY ? 'stripe' : production ? 'none' : 'simulated');
  if (kind !== 'stripe') return { kind };
  return {
    kind,
    secretKey: s.STRIPE_SECRET_KEY ?? '',
    webhookSecrets: list(s.STRIPE_WEBHOOK_SECRETS),
    apiBase: s.STRIPE_API_BASE,
  };
};

const transferOf = (s: Settings): Config['transfer'] => {
  if (s.TRANSFER_IBAN && s.TRANSFER_BIC && s.TRANSFER_HOLDER) {
    return { iban: s.TRANSFER_IBAN, bic: s.TRANSFER_BIC, holder: s.TRANSFER_HOLDER };
  }
  if (s.NODE_ENV === 'production') return undefined;
  return { iban: specimenIban, bic: 'AGRIFRPP', holder: s.OPERATOR_NAME };
};

const operatorOf = (s: Settings): Config['operator'] => {
  const email = s.OPERATOR_EMAIL ?? 'contact@jinfo-certification.example';
  return {
    name: s.OPERATOR_NAME,
    legalName: s.OPERATOR_LEGAL_NAME ?? s.OPERATOR_NAME,
    address: s.OPERATOR_ADDRESS ?? '1 rue de la Démonstration, 75000 Paris',
    country: s.OPERATOR_COUNTRY,
    siren: s.OPERATOR_SIREN,
    vatId: s.OPERATOR_VAT_ID,
    email,
    privacyEmail: s.PRIVACY_EMAIL ?? email,
    signatory: {
      name: s.SIGNATORY_NAME ?? 'Camille Renard',
      title: {
        en: s.SIGNATORY_TITLE ?? 'Registrar',
        fr: s.SIGNATORY_TITLE_FR ?? s.SIGNATORY_TITLE ?? 'Direction de la certification',
      },
    },
  };
};

const cacheDirOf = (s: Settings, environment: Environment): string => {
  if (s.CACHE_DIR) return resolve(s.CACHE_DIR);
  const base =
    environment.XDG_CACHE_HOME ?? (environment.HOME ? join(environment.HOME, '.cache') : undefined);
  return base ? join(base, 'jinfo-certification') : resolve(s.DATA_DIR, 'cache');
};

const assemble = (s: Settings, environment: Environment): Config => {
  const production = s.NODE_ENV === 'production';
  const dataDir = resolve(s.DATA_DIR);
  const cacheDir = cacheDirOf(s, environment);
  const tls =
    s.TLS_CERT_FILE && s.TLS_KEY_FILE ? { certFile: s.TLS_CERT_FILE, keyFile: s.TLS_KEY_FILE } : undefined;
  const from = s.MAIL_FROM ?? `${s.OPERATOR_NAME} <no-reply@jinfo-certification.example>`;
  const secrets = list(s.SESSION_SECRET);
  return {
    production,
    port: s.PORT,
    host: s.HOST ?? (production ? '::' : '127.0.0.1'),
    baseUrl: new URL(s.BASE_URL ?? `${tls ? 'https' : 'http'}://localhost:${s.PORT}`).origin,
    trustProxyHops: s.TRUST_PROXY,
    tls,
    dataDir,
    cacheDir,
    contentDir: resolve(s.CONTENT_DIR),
    database: s.MONGODB_URI
      ? { kind: 'server', uri: s.MONGODB_URI }
      : { kind: 'embedded', dir: join(dataDir, 'db'), cacheDir },
    mail: s.MAIL_URL
      ? { kind: 'smtp', url: s.MAIL_URL, from }
      : { kind: 'folder', dir: join(dataDir, 'mail'), from },
    payments: paymentsOf(s),
    transfer: transferOf(s),
    issuerKeysDir: s.ISSUER_KEYS_DIR ? resolve(s.ISSUER_KEYS_DIR) : join(dataDir, 'keys'),
    sessionSecrets:
      secrets.length > 0
        ? { kind: 'given', secrets }
        : { kind: 'kept', file: join(dataDir, 'session-secret') },
    operator: operatorOf(s),
    chromePath: s.CHROME_PATH,
    browserSandbox: s.BROWSER_SANDBOX,
    logLevel: s.LOG_LEVEL,
    rateLimits: s.RATE_LIMITS,
    seed: s.SEED ?? (production ? 'catalogue' : 'demo'),
    worker: s.WORKER,
  };
};
