import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

/** What a logger writes to standard error when it is told these fields. */
const written = (fields: string): Record<string, unknown> => {
  const logger = new URL('../../src/platform/logger.ts', import.meta.url).href;
  const program = `import { createLogger } from ${JSON.stringify(logger)}; createLogger('info').info(${fields}, 'said');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return JSON.parse(stderr) as Record<string, unknown>;
};

describe('the log', () => {
  it('covers secrets and names wherever they stand, three levels deep, and nothing else', () => {
    const fields = `{
      password: 'a', path: '/v', error: new Date(0), nothing: null,
      account: { email: 'b', id: 1, list: [{ token: 'c', kept: true }], deep: { ip: 'd', at: 2 } },
    }`;
    const { time, ...line } = written(fields);
    expect(time).to.match(/^\d{4}-.*Z$/);
    expect(line).to.deep.equal({
      level: 30,
      password: '[redacted]',
      path: '/v',
      error: '1970-01-01T00:00:00.000Z',
      nothing: null,
      account: {
        email: '[redacted]',
        id: 1,
        list: [{ token: 'c', kept: true }],
        deep: { ip: '[redacted]', at: 2 },
      },
      msg: 'said',
    });
  });

  it('loses nothing when the process ends at once, by itself or by a fault', () => {
    for (const end of ['process.exit(0)', 'throw new Error("fault")']) {
      const logger = new URL('../../src/platform/logger.ts', import.meta.url).href;
      const program = `import { createLogger } from ${JSON.stringify(logger)}; const logger = createLogger('info'); logger.info({}, 'first'); logger.error({}, 'last'); ${end}`;
      const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
      });
      expect(stderr.match(/"msg":"\w+"/g)).to.deep.equal(['"msg":"first"', '"msg":"last"']);
    }
  });

  it('covers what stands in a list, and leaves the object it was told as it was', () => {
    const { list, told } = written(`(() => {
      const list = [{ secret: 'a' }, { secret: 'b', kind: 'c' }];
      return { list, get told() { return JSON.stringify(list); } };
    })()`);
    expect(list).to.deep.equal([{ secret: '[redacted]' }, { secret: '[redacted]', kind: 'c' }]);
    expect(told).to.equal('[{"secret":"a"},{"secret":"b","kind":"c"}]');
  });
});
