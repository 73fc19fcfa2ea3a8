import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { createInstallation, type Installation, type Instance } from '../support/instance.ts';
import { processesOn, stillRunning } from '../support/processes.ts';

/** Runs the server until it gives up by itself. */
const refusedStart = async (env: Record<string, string>) => {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['src/server.ts'], {
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, output, complaint };
};

describe('a start that cannot succeed', function () {
  this.timeout(60_000);

  it('names every fault of the settings at once, makes nothing, and ends with 1', async () => {
    const dir = join(tmpdir(), `never-made-${process.pid}`);
    const { code, output, complaint } = await refusedStart({
      DATA_DIR: dir,
      NODE_ENV: 'production',
      PORT: '3000',
      BASE_URL: 'http://certificates.example',
      SESSION_SECRET: 'change-me',
      PAYMENTS: 'simulated',
      SEED: 'demo',
      RATE_LIMITS: 'relaxed',
      TLS_CERT_FILE: '/nowhere/cert.pem',
    });
    expect(code).to.equal(1);
    expect(output).to.equal('');
    for (const name of ['BASE_URL', 'SESSION_SECRET', 'PAYMENTS', 'SEED', 'RATE_LIMITS', 'TLS_CERT_FILE']) {
      expect(complaint, name).to.contain(`- ${name}`);
    }
    expect(complaint).to.not.match(/^\s+at /m);
    expect(existsSync(dir)).to.equal(false);
  });

  it('says in one line that the port is taken, and leaves no process', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const dir = await mkdtemp(join(tmpdir(), 'taken-'));
    try {
      const { code, output, complaint } = await refusedStart({
        DATA_DIR: dir,
        PORT: String(port),
        SEED: 'catalogue',
        LOG_LEVEL: 'silent',
      });
      expect({ code, output }).to.deep.equal({ code: 1, output: '' });
      expect(complaint.trim()).to.equal('The port is in use. Set PORT to another one.');
      expect(processesOn(dir)).to.deep.equal([]);
    } finally {
      holder.close();
      await rm(dir, { recursive: true, force: true });
    }
  });
});

const accepts = async (port: string): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

describe('a running service', function () {
  this.timeout(90_000);
  let installation: Installation;
  let instance: Instance;
  before(async () => {
    installation = await createInstallation();
    instance = await installation.start();
  });
  after(() => installation.remove());

  it('says what it chose, then that it is ready, and nothing more', () => {
    const said = instance.output.map((line) => line.split(':')[0]);
    expect(said).to.deep.equal(['database', 'browser', 'mail', 'payments', 'issuer', 'ready']);
    expect(instance.output.at(-1)).to.equal(`ready: ${installation.baseUrl}`);
  });

  it('writes one account per role for demonstrations, for its owner alone', async () => {
    const file = join(installation.dataDir, 'demo-accounts.json');
    const people = JSON.parse(await readFile(file, 'utf8')) as { role: string; password: string }[];
    const roles = ['learner', 'author', 'examiner', 'billing', 'support', 'privacy', 'administrator'];
    expect(people.map(({ role }) => role)).to.have.members(roles);
    expect(new Set(people.map(({ password }) => password)).size).to.equal(roles.length);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
  });

  it('is joined by a second process on the same data, which outlives it', async () => {
    const second = await installation.start();
    const first = instance;
    const family = first.family();
    expect(await first.stop()).to.be.below(10_000);
    expect(stillRunning(family).filter(({ command }) => !command.includes('engine.ts'))).to.deep.equal([]);
    expectStatus(await second.client().get('/readyz', { accept: 'application/json' }));
    instance = second;
  });

  it('finishes what was asked before it stops, and takes the same data up again', async () => {
    const { port } = new URL(instance.baseUrl);
    const headers = {
      expect: '100-continue',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': 3,
    };
    const asked = request({ host: '127.0.0.1', port, path: '/en/sign-in', method: 'POST', headers });
    asked.flushHeaders();
    await once(asked, 'continue');
    const stopping = instance.stop();
    while (await accepts(port));
    asked.end('a=b');
    const [reply] = (await once(asked, 'response')) as [IncomingMessage];
    // Without the token of a session: answered, and answered rightly.
    expect(reply.statusCode).to.equal(403);
    reply.resume();
    expect(await stopping).to.be.below(10_000);
    expect(processesOn(installation.dataDir)).to.deep.equal([]);
    instance = await installation.start();
    const ready = await instance.client().get('/readyz', { accept: 'application/json' });
    expectStatus(ready);
  });

  it('takes its engine along when it is killed', async () => {
    const family = instance.family();
    expect(family.map(({ command }) => command).join()).to.contain('engine.ts');
    await instance.kill();
    const deadline = Date.now() + 15_000;
    while (stillRunning(family).length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stillRunning(family)).to.deep.equal([]);
  });
});
