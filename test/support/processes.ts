import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. A zombie has ended and only waits to be counted. */
export type RunningProcess = { pid: number; parent: number; command: string };

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const readProcess = (pid: string): RunningProcess | undefined =>
  attempt(() => {
    // After the name in brackets, which may hold anything: state, parent (proc(5)).
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === 'Z' || state === 'X') throw new Error('ended');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid: Number(pid), parent: Number(parent), command };
  });

const fromProc = (): RunningProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readProcess)
    .filter((one) => one !== undefined);

/** Where there is no /proc, as on macOS. */
const fromPs = (): RunningProcess[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && !match[3]?.startsWith('Z'))
    .map((match) => ({ pid: Number(match?.[1]), parent: Number(match?.[2]), command: match?.[4] ?? '' }));

const allProcesses = (): RunningProcess[] => (process.platform === 'linux' ? fromProc() : fromPs());

/** The process and all that it has started, and what those have started. */
export const familyOf = (pid: number): RunningProcess[] => {
  const all = allProcesses();
  const family = all.filter((one) => one.pid === pid);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
};

/** Those of the given processes that still run, recognised by their command too: numbers are given out again. */
export const stillRunning = (given: readonly RunningProcess[]): RunningProcess[] => {
  const now = new Map(allProcesses().map((one) => [one.pid, one.command]));
  return given.filter(({ pid, command }) => now.get(pid) === command);
};

const environmentOf = (pid: number): string =>
  attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? '';

/** Every process that works for a data directory: it is in its command, or (Linux) in its environment. */
export const processesOn = (dir: string): RunningProcess[] =>
  allProcesses().filter(({ pid, command }) => {
    if (pid === process.pid) return false;
    return command.includes(dir) || environmentOf(pid).split('\0').includes(`DATA_DIR=${dir}`);
  });
