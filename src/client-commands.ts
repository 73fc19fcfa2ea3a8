import { parseArgs } from 'node:util';
import {
  type ApiClient,
  type ClientCredentials,
  type Clients,
  type Mode,
  modes,
  readScopes,
  scopes,
} from './integrations/index.ts';
import { createModules } from './modules.ts';
import type { Config } from './platform/config.ts';
import { ensureIndexes } from './platform/database/open.ts';
import { DomainError } from './platform/errors.ts';
import { openPlatform } from './platform-parts.ts';

const usage = `npm run client -- create --name <name> --scopes <scope,scope> [--mode ${modes.join('|')}] [--json]
npm run client -- list
npm run client -- rotate-secret <client id> [--json]
npm run client -- revoke <client id>

Scopes: ${scopes.join(', ')}. Without --mode the client is live.`;

/** A mistake that the operator can mend; the message says how. */
class CommandRefused extends Error {}

const wrongUsage = (): CommandRefused => new CommandRefused(usage);

/** What a command may ask of the service. */
type Desk = { clients: Clients; didOf(mode: Mode): string | undefined };
type Command = (desk: Desk) => Promise<readonly string[]>;

const by = 'system';

/** The id, the secret, and the issuer that credentials must name; with `--json` for programs. */
const secretLines = async (desk: Desk, made: ClientCredentials, json: boolean): Promise<string[]> => {
  const client = await desk.clients.find(made.clientId);
  const issuer = client && desk.didOf(client.mode);
  if (json) return [JSON.stringify({ ...made, issuer })];
  return [
    `client id:     ${made.clientId}`,
    `client secret: ${made.clientSecret}`,
    ...(issuer ? [`issuer:        ${issuer}`] : []),
    'The secret is shown this once. Keep it where the program can read it and nobody else.',
  ];
};

const day = (at: Date | undefined): string => at?.toISOString().slice(0, 10) ?? 'never';

const lineOf = (client: ApiClient): string =>
  [
    client.id,
    client.revokedAt ? `revoked ${day(client.revokedAt)}` : 'active',
    client.scopes.join(' '),
    `last used ${day(client.lastUsedAt)}`,
    client.name,
  ].join('  ');

type Options = Partial<Record<'name' | 'scopes' | 'mode', string | undefined>> & {
  json?: boolean | undefined;
};

const create = (options: Options): Command => {
  const wanted = readScopes(options.scopes ?? '');
  const mode = modes.find((one) => one === (options.mode ?? 'live')) as Mode | undefined;
  if (!options.name?.trim() || !wanted?.length || !mode) throw wrongUsage();
  const { name, json = false } = options;
  return async (desk) =>
    secretLines(desk, await desk.clients.create({ name, scopes: wanted, mode, by }), json);
};

const commandOf = (args: readonly string[]): Command => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      mode: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [verb, clientId, ...more] = positionals;
  if (more.length > 0) throw wrongUsage();
  if (verb === 'create' && clientId === undefined) return create(values);
  if (verb === 'list') return async ({ clients }) => (await clients.list()).map(lineOf);
  if (verb === 'rotate-secret' && clientId)
    return async (desk) =>
      secretLines(desk, await desk.clients.replaceSecret({ clientId, by }), values.json === true);
  if (verb === 'revoke' && clientId)
    return async ({ clients }) => {
      await clients.revoke({ clientId, by });
      return [`${clientId} is revoked: its tokens no longer work. What it issued stays valid.`];
    };
  throw wrongUsage();
};

const readCommand = (args: readonly string[]): Command => {
  try {
    return commandOf(args);
  } catch (error) {
    // What parseArgs throws for an option that it does not know.
    throw error instanceof TypeError ? wrongUsage() : error;
  }
};

const run = async (config: Config, command: Command): Promise<readonly string[]> => {
  const platform = await openPlatform({ ...config, logLevel: 'warn' });
  try {
    const { integrations, issuer } = createModules(platform);
    await ensureIndexes(platform.database.connection);
    await issuer.open();
    const didOf = (mode: Mode): string | undefined =>
      mode === 'live' && issuer.problem() ? undefined : issuer.issuing[mode].did();
    return await command({ clients: integrations.clients, didOf });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not-found') {
      throw new CommandRefused('There is no such client, or it was revoked.');
    }
    throw error;
  } finally {
    await platform.close();
  }
};

/** Runs one command on the same database as the service, which may be running meanwhile. */
export const clientCommands =
  (args: readonly string[]) =>
  async (config: Config): Promise<void> => {
    try {
      for (const line of await run(config, readCommand(args))) process.stdout.write(`${line}\n`);
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  };
