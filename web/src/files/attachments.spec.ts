import { ApiError } from '../api/problem.js';
import type { UploadedFile } from '../api/types.js';
import { areSendable, Attachments, MOST_FILES } from './attachments.js';

/** Uploads under way, ended by the test. */
let uploads: { name: string; signal: AbortSignal; end(file: UploadedFile): void; fail(error: unknown): void }[] = [];
/** What the server says of a file that is looked at. */
let look: (path: string) => unknown = () => undefined;

jest.mock('../api/upload.js', () => ({
  upload: (_file: Blob, name: string, _onProgress: unknown, signal: AbortSignal) =>
    new Promise((end, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason));
      uploads.push({ name, signal, end, fail });
    }),
}));
jest.mock('../api/client.js', () => ({ call: (_method: string, path: string) => Promise.resolve(look(path)) }));
jest.mock('../streams/backoff.js', () => ({
  pause: (_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => setTimeout(() => (signal.aborted ? reject(signal.reason) : resolve()))),
}));

const file = (name: string) => new File(['text'], name, { type: 'text/plain' });
const stored = (name: string, more: Partial<UploadedFile> = {}): UploadedFile => ({
  ...{ id: `id-${name}`, filename: name, mediaType: 'text/plain', size: 4, state: 'ready', createdAt: '' },
  ...more,
});
/** What is under way has come to rest, a pause or two included. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setTimeout(resolve));
}
const under = (name: string) => uploads.find((one) => one.name === name)!;

beforeEach(() => {
  uploads = [];
  look = () => undefined;
});

describe('Attachments', () => {
  const attach = (...names: string[]) => {
    const attachments = new Attachments();
    const tooMany = attachments.add(names.map(file));
    return { attachments, tooMany, states: () => attachments.store.get().map(({ state }) => state) };
  };

  it('sends three at once, the next ones as there is room, and ten at most', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `${at}.txt`);
    const { attachments, tooMany, states } = attach(...names);
    expect(tooMany).toBe(2);
    expect(states()).toHaveLength(MOST_FILES);
    await settled();
    expect(uploads.map(({ name }) => name)).toEqual(['0.txt', '1.txt', '2.txt']);
    under('1.txt').end(stored('1.txt'));
    await settled();
    expect(uploads.map(({ name }) => name)).toEqual(['0.txt', '1.txt', '2.txt', '3.txt']);
    attachments.remove(attachments.store.get()[0].key);
    expect(under('0.txt').signal.aborted).toBe(true);
    await settled();
    expect(uploads.at(-1)!.name).toBe('4.txt');
  });

  it('follows what the server reads, and can be asked with meanwhile', async () => {
    const { attachments, states } = attach('a.pdf');
    await settled();
    expect(areSendable(attachments.store.get())).toBe(false);
    look = () => ({ file: stored('a.pdf', { state: 'processing' }) });
    under('a.pdf').end(stored('a.pdf', { state: 'processing' }));
    await settled();
    expect(states()).toEqual(['reading']);
    expect(areSendable(attachments.store.get())).toBe(true);
    look = () => ({ file: stored('a.pdf', { size: 9 }) });
    await settled();
    expect(attachments.store.get()).toMatchObject([{ state: 'ready', size: 9, part: { fileId: 'id-a.pdf' } }]);
    expect(attachments.take()).toMatchObject([
      { type: 'file', fileId: 'id-a.pdf', url: '/api/files/id-a.pdf/content' },
    ]);
    expect(attachments.store.get()).toEqual([]);
  });

  it('says why one can’t be read, and tries again only what may pass', async () => {
    const { attachments, states } = attach('a.exe', 'b.txt', 'c.pdf');
    await settled();
    under('a.exe').fail(new ApiError('file_type_unsupported', 415, ''));
    under('b.txt').fail(new ApiError('unreachable', 0, ''));
    const error = { code: 'file_unreadable', params: { reason: 'encrypted' } };
    under('c.pdf').end(stored('c.pdf', { state: 'failed', error }));
    await settled();
    expect(attachments.store.get()).toMatchObject([
      { state: 'failed', isRetryable: false, error: { code: 'file_type_unsupported' } },
      { state: 'failed', isRetryable: true },
      { state: 'failed', isRetryable: false, error: { code: 'file_unreadable', params: { reason: 'encrypted' } } },
    ]);
    attachments.retry(attachments.store.get()[1].key);
    await settled();
    uploads.at(-1)!.end(stored('b.txt'));
    await settled();
    expect(states()).toEqual(['failed', 'ready', 'failed']);
  });

  it('waits where the server asks for a little patience', async () => {
    const { states } = attach('a.txt');
    await settled();
    under('a.txt').fail(new ApiError('too_many_concurrent', 429, '', 1));
    await settled();
    expect(uploads).toHaveLength(2);
    uploads[1].end(stored('a.txt'));
    await settled();
    expect(states()).toEqual(['ready']);
  });

  it('finds those of an earlier visit that are still there', async () => {
    look = (path) =>
      path.endsWith('gone') ? Promise.reject(new ApiError('file_unknown', 404, '')) : { file: stored('a') };
    const attachments = new Attachments();
    await attachments.restore(['id-a', 'gone']);
    expect(attachments.store.get()).toMatchObject([{ name: 'a', state: 'ready', part: { fileId: 'id-a' } }]);
  });
});
