import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { Child } from '../../../test/support/child.js';
import { eventually } from '../../../test/support/eventually.js';
import { ChildFileReader, type ChildFileReaderOptions } from './child-file-reader.js';
import { ReaderKilled } from './file-reader.js';
import { fileOf, isRunning, MISBEHAVING_READER, PATIENT, SOURCE_READER } from './reading.testing.js';

describe('ChildFileReader', () => {
  let reader: ChildFileReader;
  const use = (options: Partial<ChildFileReaderOptions> = {}): void => {
    reader = new ChildFileReader({ maxPixels: 1000, script: MISBEHAVING_READER, limits: PATIENT, ...options });
  };
  const told = (behaviour: string, userId?: string) => reader.read(fileOf(behaviour, 'text/plain', userId));
  afterEach(() => reader.close());

  const READ = { kind: 'document', text: 'read', truncated: false };

  it('gives its process no environment, no other file, no program and no connection, and lets all else go first', async () => {
    use();
    const read = await told('allowed');
    expect(JSON.parse((read as { text: string }).text)).toEqual({
      environment: '',
      read: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      run: 'ERR_ACCESS_DENIED',
      connect: 'No connections are opened here.',
      fetch: 'No connections are opened here.',
      lookup: 'No connections are opened here.',
      priority: 10,
    });
    expect(readFileSync(`/proc/${reader.pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
  });

  it.each(['exit', 'abort'])('is not harmed by a process that ends by itself: %s', async (how) => {
    use();
    await expect(told(how)).rejects.toBeInstanceOf(ReaderKilled);
    await expect(told('read')).resolves.toEqual(READ);
  });

  it('kills a process that takes too long, and reads the next file with another', async () => {
    use({ limits: { ...PATIENT, ms: 5000 } });
    await told('read');
    const first = reader.pid!;
    await expect(told('loop')).rejects.toMatchObject({ name: 'ReaderKilled', reason: 'took_too_long' });
    expect(isRunning(first)).toBe(false);
    await expect(told('read')).resolves.toEqual(READ);
    expect(reader.pid).not.toBe(first);
  });

  it('kills a process that takes too much memory', async () => {
    use({ limits: { ...PATIENT, memoryBytes: 256 * 1024 * 1024 } });
    await expect(told('eat')).rejects.toMatchObject({ name: 'ReaderKilled', reason: 'too_big' });
    await expect(told('read')).resolves.toEqual(READ);
  });

  it.each([
    ...['no json', 'unknown field', 'another kind', 'no text', 'broken text', 'falling pages', 'pages beyond'],
    'huge',
  ])('believes nothing that can’t be: %s', async (what) => {
    use();
    await told('read');
    const first = reader.pid!;
    await expect(told(what)).rejects.toMatchObject({ name: 'ReaderKilled', reason: 'damaged' });
    expect(isRunning(first)).toBe(false);
    await expect(told('read')).resolves.toEqual(READ);
  });

  it('takes no answer for the file after', async () => {
    use();
    await told('read');
    const first = reader.pid!;
    await told('twice');
    await eventually(() => !isRunning(first));
    await expect(told('read')).resolves.toEqual(READ);
    expect(reader.pid).not.toBe(first);
  });

  it('is unavailable where its libraries are, and where its process does not start', async () => {
    use();
    await expect(told('broken library')).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    await reader.close();
    use({ script: { file: resolve(__dirname, 'no-such-file.cjs'), readable: [__dirname] } });
    await expect(told('read')).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  });

  it('replaces a process that has read its share', async () => {
    use({ filesOfOne: 2 });
    const pids = new Set<number | undefined>();
    for (let i = 0; i < 4; i++) {
      await told('read');
      pids.add(reader.pid);
    }
    // After the second and the fourth there is none.
    expect(pids.size).toBe(3);
    expect(pids).toContain(undefined);
  });

  it('lets go a process that has nothing to do', async () => {
    use({ idleMs: 1 });
    await told('read');
    await eventually(() => reader.pid === undefined);
    await expect(told('read')).resolves.toEqual(READ);
  });

  it('reads one file at a time, people in turns', async () => {
    use();
    const order: string[] = [];
    const gate = new PassThrough();
    const first = reader.read({ content: () => gate, type: 'text/plain', userId: 'ada' });
    const others = ['ada', 'ada', 'ada', 'bob'].map((who, i) =>
      reader.read({
        content: () => {
          order.push(`${who} ${i}`);
          return Readable.from([Buffer.from('read')]);
        },
        type: 'text/plain',
        userId: who,
      }),
    );
    expect(order).toEqual([]);
    gate.end('read');
    await Promise.all([first, ...others]);
    expect(order).toEqual(['ada 0', 'bob 3', 'ada 1', 'ada 2']);
  });

  it('passes on what fails while the content is fetched', async () => {
    use();
    const failing = new Readable({ read: (): void => void failing.destroy(new Error('the store is away')) });
    await expect(reader.read({ content: () => failing, type: 'text/plain', userId: 'ada' })).rejects.toThrow(
      'the store is away',
    );
    await expect(told('read')).resolves.toEqual(READ);
  });

  it('refuses what waits and what runs once it is closed, and leaves no process', async () => {
    use();
    await told('read');
    const pid = reader.pid!;
    const refused = ['wait', 'read'].map((what) => expect(told(what)).rejects.toMatchObject({ code: 'unavailable' }));
    await Promise.all([reader.close(), reader.close(), ...refused]);
    expect(isRunning(pid)).toBe(false);
    await expect(told('read')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not harmed by a kill in the middle of a file', async () => {
    use({ script: SOURCE_READER, limits: PATIENT });
    const small = { kind: 'document', text: 'hello', truncated: false };
    await expect(reader.read(fileOf('hello', 'text/plain'))).resolves.toEqual(small);
    const pid = reader.pid!;
    const content = Readable.from([Buffer.alloc(20_000_000, '<p>hello ')]);
    content.once('close', () => process.kill(pid, 'SIGKILL'));
    await expect(reader.read({ content: () => content, type: 'text/html', userId: 'ada' })).rejects.toBeInstanceOf(
      ReaderKilled,
    );
    await expect(reader.read(fileOf('hello', 'text/plain'))).resolves.toEqual(small);
    expect(reader.pid).not.toBe(pid);
  });

  it.each(['wait', 'loop'])('ends with the server, whatever it is at: %s', async (what) => {
    use();
    const server = new Child(resolve(__dirname, 'reading-server.testing.ts'), what);
    const pid = Number(await eventually(() => server.lines[0]));
    await server.kill();
    await eventually(() => !isRunning(pid));
  });

  it('is not told to end by what a terminal or PM2 tells the whole group', async () => {
    use();
    await told('read');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(reader.pid!, signal);
    await expect(told('read')).resolves.toEqual(READ);
  });
});
