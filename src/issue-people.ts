import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { Batch, Batches, RowFault } from './issuer/index.ts';
import type { Config } from './platform/config.ts';
import { DomainError } from './platform/errors.ts';
import { messageOf } from './platform/http/problem.ts';
import type { Words } from './platform/i18n.ts';
import { openService } from './service.ts';

const usage = `npm run issue -- <people.csv> --achievement <course> [--letters] [--include-repeated] [--dry-run] [--yes]

Reads the file and says everything that is wrong with it. On a terminal it asks before it issues; --yes does not ask,
--dry-run stops before. Numbers and addresses go to the standard output as CSV. The same file while its batch is under
way goes on with that batch.`;

/** A mistake that the operator can mend; the message says how. */
class IssueRefused extends Error {}

type Choice = {
  path: string;
  courseId: string;
  letters: boolean;
  includeRepeated: boolean;
  dryRun: boolean;
  yes: boolean;
};

const by = 'system';

const readChoice = (args: readonly string[]): Choice => {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        achievement: { type: 'string' },
        letters: flag,
        'include-repeated': flag,
        'dry-run': flag,
        yes: flag,
      },
    });
    const [path, ...more] = positionals;
    if (!path || more.length > 0 || !values.achievement) throw new IssueRefused(usage);
    return {
      path,
      courseId: values.achievement,
      letters: values.letters,
      includeRepeated: values['include-repeated'],
      dryRun: values['dry-run'],
      yes: values.yes,
    };
  } catch (error) {
    // What parseArgs throws for an option that it does not know.
    throw error instanceof TypeError ? new IssueRefused(usage) : error;
  }
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const faultLine = ({ row, column, code, params }: RowFault, words: Words): string =>
  [
    row === undefined ? '' : `row ${row}`,
    column ? words(`batch:columns.${column}`) : '',
    messageOf(words, { pointer: '', code, ...(params ? { params } : {}) }),
  ]
    .filter(Boolean)
    .join(', ');

const read = async (batches: Batches, file: Uint8Array, courseId: string, words: Words): Promise<Batch> => {
  const preview = await batches.preview({ file, courseId, by });
  if (preview.outcome === 'refused')
    throw new IssueRefused(preview.faults.map((fault) => faultLine(fault, words)).join('\n'));
  const { batch } = preview;
  for (const { row, code, params } of batch.warnings)
    say(`row ${row}: ${words(`batch:warnings.${code}`, params)}`);
  return batch;
};

const agreed = async (count: number): Promise<boolean> => {
  if (!process.stdin.isTTY) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`Issue ${count} certificates now? (yes/no) `);
  prompt.close();
  return answer.trim().toLowerCase() === 'yes';
};

const issue = async (batches: Batches, batchId: string): Promise<void> => {
  const told = setInterval(() => {
    void batches.batch(batchId).then((batch) => {
      if (!batch) return;
      const { issued, expected } = batches.progress(batch);
      say(`${issued} of ${expected}`);
    });
  }, 2000);
  try {
    await batches.issue(batchId);
  } finally {
    clearInterval(told);
  }
};

const confirmed = async (
  batches: Batches,
  file: Uint8Array,
  choice: Choice,
  words: Words,
): Promise<string | undefined> => {
  const { courseId, letters, includeRepeated } = choice;
  const fileDigest = createHash('sha256').update(file).digest('hex');
  const unfinished = await batches.unfinished(fileDigest, courseId);
  if (unfinished) {
    say('This file is being issued already: going on with it.');
    return unfinished.id;
  }
  const batch = await read(batches, file, courseId, words);
  const count = batches.progress({ ...batch, includeRepeated }).expected;
  say(`${batch.rows} people, ${batch.repeated} of them marked as repeated; ${count} certificates to issue.`);
  if (choice.dryRun || !(choice.yes || (await agreed(count)))) return undefined;
  try {
    await batches.confirm({ batchId: batch.id, by, includeRepeated, letters });
    return batch.id;
  } catch (error) {
    const other = await batches.unfinished(fileDigest, courseId);
    if (!other) throw error;
    say('This file is being issued already: going on with it.');
    return other.id;
  }
};

/** On the same database as the service, which may be running meanwhile. */
export const issuePeople =
  (args: readonly string[]) =>
  async (config: Config): Promise<void> => {
    try {
      const choice = readChoice(args);
      const file = new Uint8Array(await readFile(choice.path));
      const service = await openService({ ...config, logLevel: 'warn', worker: 'off' });
      try {
        const { issuer, platform } = service.modules;
        const id = await confirmed(issuer.batches, file, choice, platform.translations.words('en'));
        if (!id) return;
        await issue(issuer.batches, id);
        process.stdout.write(await issuer.batches.links(id));
      } finally {
        await service.close();
      }
    } catch (error) {
      const known = error instanceof DomainError ? explain(error) : undefined;
      if (!(error instanceof IssueRefused) && !known && !isMissing(error)) throw error;
      say(known ?? (error as Error).message);
      process.exitCode = 1;
    }
  };

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const explain = ({ code }: DomainError): string | undefined => {
  if (code === 'no-such-achievement') return 'No published course has this name (--achievement).';
  if (code === 'file-issued-already')
    return 'This very file was issued just now. Read it again to see what is left.';
  return code === 'issuing-unavailable'
    ? 'The key that signs is not usable. The batch is confirmed and goes on once the key is back.'
    : undefined;
};
