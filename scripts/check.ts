/** `npm run check`: every static check at once, each with its own report; ends with 1 when one of them fails. */
import { spawn } from 'node:child_process';

const checks = {
  biome: ['biome', 'check', '--error-on-warnings', '.'],
  // TypeScript 6 stays for the two below, which use a programming interface that 7 does not have.
  types: ['node', 'node_modules/typescript-7/bin/tsc', '-p', '.'],
  boundaries: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'demo', 'prove', 'bench'],
  'dead code': ['knip'],
} as const;

const run = (name: string, [command, ...args]: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const started = performance.now();
    let output = '';
    const child = spawn(command as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });

const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
process.exitCode = results.every(Boolean) ? 0 : 1;
