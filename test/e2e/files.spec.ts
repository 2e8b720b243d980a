import { once } from 'node:events';
import { request } from 'node:http';
import { AppError } from '../../libs/errors/index.js';
import { FileContents } from '../../src/files/content/file-contents.js';
import { Reservations } from '../../src/files/store/index.js';
import { TestApp } from '../support/app.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { PASSWORD, Person } from '../support/person.js';
import { IMAGE, png, readInstead, readSimply, sendForm, upload, uploaded } from '../support/uploads.js';

const KB = 1024;

/** All that is kept of bytes. */
async function keptForms(app: TestApp): Promise<string[]> {
  const { items } = await app.get(FileContents).list({ limit: 100 });
  return items.map(({ form, size }) => `${form} ${size}`).sort();
}

describe.each(['embedded', 'on Redis and MongoDB'])('files, %s', (kind) => {
  let backends: Backends | undefined;
  beforeAll(async () => {
    if (kind !== 'embedded') backends = await Backends.start();
  });
  afterAll(() => backends?.stop());

  let app: TestApp;
  let ada: Person;
  let eve: Person;
  const start = async (env: Record<string, string> = {}) => {
    app = await TestApp.start({ REGISTER_MAX: '0', LOGIN_MAX: '0', ...backends?.space(), ...env });
    readInstead(app, readSimply);
    ada = await app.person('Ada');
    eve = await app.person('Eve');
  };
  afterEach(async () => {
    await app?.stop();
    jest.restoreAllMocks();
  });
  const used = (person = eve) => app.get(Reservations).usedBytes(person.user.id);
  const refusal = async (response: Response) => {
    const { code, params } = (await response.json()) as any;
    return { status: response.status, code, ...(params && { params }) };
  };

  describe('that come', () => {
    it('are read and told of, to their own user alone', async () => {
      await start();
      const response = await upload(eve, 'one two three', 'Übersicht.md');
      expect(response.status).toBe(201);
      const { file } = (await response.json()) as any;
      expect(file).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        filename: 'Übersicht.md',
        mediaType: 'text/markdown',
        size: 13,
        pages: 2,
        state: 'ready',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      expect(await eve.get(`/api/files/${file.id}`)).toEqual({ file });
      expect(await eve.get('/api/files')).toEqual({ items: [file], nextCursor: null });
      expect(await ada.get('/api/files')).toEqual({ items: [], nextCursor: null });
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/content'],
        ['GET', '/text'],
        ['DELETE', ''],
      ]) {
        const refused = await ada.call(method, `/api/files/${file.id}${path}`);
        expect(await refusal(refused)).toEqual({ status: 404, code: 'file_unknown' });
      }
      expect(response.headers.get('ratelimit-policy')).toBe('"upload-user";q=100;w=600');
      expect(await used()).toBe(13);
    });

    it('pictures are kept as they were written anew, and not as they came', async () => {
      await start();
      const file = await uploaded(eve, png(), 'beach.png');
      expect(file).toMatchObject({ mediaType: 'image/png', size: 21, width: 2000, height: 1000, state: 'ready' });
      expect(await keptForms(app)).toEqual(['model 6', 'original 21', 'thumb 5']);
      const content = await eve.call('GET', `/api/files/${file.id}/content`);
      expect([await content.text(), content.headers.get('content-type')]).toEqual([
        'written anew, upright',
        'image/png',
      ]);
      expect(content.headers.get('content-disposition')).toBe('inline; filename="beach.png"');
      const thumb = await eve.call('GET', `/api/files/${file.id}/content?size=thumb`);
      expect(await thumb.text()).toBe('small');
      expect(await used()).toBe(21);
    });

    it('one content is stored once, and counts for each', async () => {
      await start();
      const reading = readInstead(app, readSimply);
      await uploaded(eve, 'the same', 'a.txt');
      const kept = await keptForms(app);
      const [again, theirs] = [await uploaded(eve, 'the same', 'b.md'), await uploaded(ada, 'the same', 'c.txt')];
      expect([again.state, again.filename, again.mediaType, theirs.pages]).toEqual([
        'ready',
        'b.md',
        'text/markdown',
        2,
      ]);
      expect(await keptForms(app)).toEqual(kept);
      expect([await used(), await used(ada)]).toEqual([16, 8]);
      expect(reading).toHaveBeenCalledTimes(1);
    });

    it('many of the same at once are one content', async () => {
      await start();
      const people = await Promise.all(Array.from({ length: 5 }, () => app.person()));
      const files = await Promise.all(people.map((person) => uploaded(person, png(), 'a.png')));
      for (const person of people) {
        await eventually(async () => (await person.get('/api/files')).items[0].state === 'ready');
      }
      expect(new Set(files.map(({ id }) => id)).size).toBe(5);
      expect(await keptForms(app)).toEqual(['model 6', 'original 21', 'thumb 5']);
    });

    it('a name is made fit to be shown', async () => {
      await start();
      const file = await uploaded(eve, 'x y', 'a/../b\u202etxt.exe');
      expect(file.filename).toBe('btxt.exe');
    });

    it.each([
      [
        'too large ones',
        'x'.repeat(3 * KB),
        'a.txt',
        { status: 413, code: 'file_too_large', params: { maximum: 2 * KB } },
      ],
      ['unknown ones', Buffer.from([0, 1, 2, 3, 255]), 'a.txt', { status: 415, code: 'file_type_unsupported' }],
      ['empty ones', '', 'a.txt', { status: 422, code: 'file_unreadable', params: { reason: 'empty' } }],
      ['damaged ones', 'damaged', 'a.txt', { status: 422, code: 'file_unreadable', params: { reason: 'damaged' } }],
    ])('%s are refused, and nothing is left', async (_name, content, filename, expected) => {
      await start({ FILE_MAX_SIZE: '2kb' });
      readInstead(app, async () => {
        throw new AppError('file_unreadable', 422, 'It is damaged.', { params: { reason: 'damaged' } });
      });
      expect(await refusal(await upload(eve, content, filename))).toEqual(expected);
      expect((await eve.get('/api/files')).items).toEqual([]);
      expect(await used()).toBe(0);
      // A content outlives its last file by an hour.
      expect((await keptForms(app)).filter((form) => !form.startsWith('upload 7'))).toEqual([]);
      const ok = await upload(eve, 'x'.repeat(2 * KB - 1), 'a.txt');
      expect(ok.status).toBe(422);
    });

    it('what is no form with one file is refused', async () => {
      await start();
      const form = (change: (form: FormData) => void) => {
        const made = new FormData();
        change(made);
        return sendForm(eve, made);
      };
      const file = new Blob(['text']);
      const calls = [
        () => form((made) => made.append('other', file, 'a.txt')),
        () => form((made) => made.append('file', 'no file')),
        () =>
          form((made) => {
            made.append('file', file, 'a.txt');
            made.append('file', file, 'b.txt');
          }),
        () =>
          form((made) => {
            made.append('file', file, 'a.txt');
            made.append('more', 'x');
          }),
        () => form(() => undefined),
        () => eve.call('POST', '/api/files', undefined, { 'content-type': 'multipart/form-data' }),
      ];
      for (const call of calls) {
        expect(await refusal(await call())).toEqual({ status: 400, code: 'validation_failed' });
      }
      const json = await eve.call('POST', '/api/files', { file: 'x' });
      expect(await refusal(json)).toEqual({ status: 415, code: 'unsupported_media_type' });
      const elsewhere = new FormData();
      elsewhere.append('message', 'hello');
      const authorization = `Bearer ${eve.token}`;
      const asked = await fetch(`${app.url}/api/ask/demo`, {
        method: 'POST',
        headers: { authorization },
        body: elsewhere,
      });
      expect(await refusal(asked)).toEqual({ status: 415, code: 'unsupported_media_type' });
      const anonymous = await fetch(`${app.url}/api/files`, { method: 'POST', body: elsewhere });
      expect(await refusal(anonymous)).toEqual({ status: 401, code: 'unauthenticated' });
      expect((await eve.get('/api/files')).items).toEqual([]);
      expect(await keptForms(app)).toEqual([]);
    });

    it('a connection that is cut in the middle leaves nothing', async () => {
      await start();
      const coming = await slowly(eve, 100_000);
      await eventually(() => coming.taken());
      coming.cut();
      await eventually(async () => (await free(eve)) === 4);
      expect([await keptForms(app), (await eve.get('/api/files')).items, await used()]).toEqual([[], [], 0]);
    });

    it('nobody who was signed out meanwhile keeps one', async () => {
      await start();
      const coming = await slowly(eve, 1000);
      await eventually(() => coming.taken());
      await eve.call('POST', '/api/auth/logout', {});
      expect(await coming.end()).toBe(401);
      expect(await keptForms(app)).toEqual([]);
    });

    it('while a store is away are refused, and come when it is back', async () => {
      await start();
      const contents = app.get(FileContents);
      const away = jest.spyOn(contents, 'stage').mockRejectedValue(new AppError('dependency_down', 503, 'Away.'));
      expect(await refusal(await upload(eve, 'text'))).toEqual({ status: 503, code: 'dependency_down' });
      away.mockRestore();
      const keeps = jest.spyOn(contents, 'keep').mockRejectedValueOnce(new AppError('dependency_down', 503, 'Away.'));
      expect(await refusal(await upload(eve, 'text'))).toEqual({ status: 503, code: 'dependency_down' });
      keeps.mockRestore();
      expect([await used(), await free(eve), (await eve.get('/api/files')).items]).toEqual([0, 4, []]);
      expect(await uploaded(eve, 'text')).toMatchObject({ state: 'ready' });
    });
  });

  describe('limits', () => {
    it('a quota is never passed, whatever comes at once, and what is deleted makes room', async () => {
      await start({ FILES_USER_QUOTA: '10kb', FILE_MAX_SIZE: '4kb' });
      const file = await uploaded(eve, 'a'.repeat(4 * KB));
      await uploaded(eve, 'b'.repeat(4 * KB));
      expect(await refusal(await upload(eve, 'c'.repeat(3 * KB)))).toEqual({
        ...{ status: 403, code: 'quota_exceeded', params: { quota: 10 * KB } },
      });
      expect((await eve.call('DELETE', `/api/files/${file.id}`)).status).toBe(204);
      await uploaded(eve, 'd'.repeat(3 * KB));
      expect(await used()).toBe(7 * KB);
    });

    it('at most four come at once', async () => {
      await start();
      const coming: Array<Awaited<ReturnType<typeof slowly>>> = [];
      for (let i = 0; i < 4; i++) {
        coming.push(await slowly(eve, 1000));
        await eventually(() => coming[i].taken());
      }
      const refused = await upload(eve, 'fifth');
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(await refusal(refused)).toEqual({
        ...{ status: 429, code: 'too_many_concurrent', params: { of: 'uploads', maximum: 4 } },
      });
      expect((await upload(ada, 'another’s')).status).toBe(201);
      for (const one of coming) expect(await one.end()).toBe(201);
      expect((await upload(eve, 'fifth')).status).toBe(201);
    });

    it('and so many in a while', async () => {
      await start({ FILE_USER_MAX: '2' });
      for (let i = 0; i < 2; i++) await uploaded(eve, 'text');
      const refused = await upload(eve, 'text');
      expect(await refusal(refused)).toMatchObject({
        status: 429,
        code: 'rate_limited',
        params: { limit: 'upload-user' },
      });
      expect((await upload(ada, 'text')).status).toBe(201);
    });
  });

  describe('content', () => {
    let file: any;
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      eve.call(method, `/api/files/${file.id}${path}`, undefined, headers);
    beforeEach(async () => {
      await start();
      file = await uploaded(eve, '<script>0123456789</script>', 'Ä"page.html');
    });

    it('is only to be saved, runs nothing, and is nobody else’s', async () => {
      const answer = await get('/content');
      expect(await answer.text()).toBe('<script>0123456789</script>');
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/html',
        'content-length': '27',
        'content-disposition': `attachment; filename="__page.html"; filename*=UTF-8''%C3%84%22page.html`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-cache',
        'accept-ranges': 'bytes',
        vary: 'Authorization',
      });
      expect((await fetch(`${app.url}/api/files/${file.id}/content`)).status).toBe(401);
    });

    it('is given in parts, and not again to who has it', async () => {
      const part = await get('/content', { range: 'bytes=8-17' });
      expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
        ...[206, '0123456789', 'bytes 8-17/27'],
      ]);
      const last = await get('/content', { range: 'bytes=-9' });
      expect([last.status, await last.text()]).toEqual([206, '</script>']);
      const beyond = await get('/content', { range: 'bytes=27-' });
      expect([beyond.status, beyond.headers.get('content-range'), await beyond.text()]).toEqual([
        416,
        'bytes */27',
        '',
      ]);
      const etag = part.headers.get('etag')!;
      const known = await get('/content', { 'if-none-match': etag });
      expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag]);
      const other = await get('/content', { range: 'bytes=0-1', 'if-range': '"other"' });
      expect([other.status, (await other.text()).length]).toEqual([200, 27]);
      const same = await get('/content', { range: 'bytes=0-1', 'if-range': etag });
      expect([same.status, (await same.text()).length]).toEqual([206, 2]);
      const head = await get('/content', {}, 'HEAD');
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '27', '']);
    });

    it('has a text, and no smaller picture', async () => {
      const text = await get('/text', { range: 'bytes=0-7' });
      expect([text.status, await text.text()]).toEqual([206, '<script>']);
      expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await refusal(await get('/content?size=thumb'))).toEqual({ status: 404, code: 'not_found' });
      expect(await refusal(await get('/content?size=large'))).toEqual({ status: 400, code: 'validation_failed' });
      file = await uploaded(eve, png(), 'a.png');
      expect(await refusal(await get('/text'))).toEqual({ status: 404, code: 'not_found' });
    });

    it('is not there before it was read', async () => {
      let read = (_: unknown) => undefined as void;
      readInstead(app, () => new Promise((resolve) => (read = resolve as never)));
      const coming = upload(eve, png('another'), 'a.png');
      await eventually(async () => (await eve.get('/api/files')).items.length === 2);
      [file] = (await eve.get('/api/files')).items;
      expect(file).toMatchObject({ state: 'processing' });
      expect(await refusal(await get('/content'))).toEqual({ status: 409, code: 'file_processing' });
      expect(await refusal(await get('/text'))).toEqual({ status: 409, code: 'file_processing' });
      await eventually(() => read.length === 1);
      read(IMAGE);
      expect(((await (await coming).json()) as any).file).toMatchObject({ id: file.id, state: 'ready' });
    });

    it('goes to slow readers as fast as they take it', async () => {
      file = await uploaded(eve, 'y'.repeat(5_000_000), 'long.txt');
      const before = process.memoryUsage().rss;
      const headers = { authorization: `Bearer ${eve.token}` };
      const readers = Array.from({ length: 10 }, () => request(`${app.url}/api/files/${file.id}/content`, { headers }));
      const answers = await Promise.all(
        readers.map(async (reader) => {
          reader.end();
          return (await once(reader, 'response'))[0];
        }),
      );
      for (const answer of answers) answer.pause();
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
      for (const answer of answers.slice(1)) answer.destroy();
      let length = 0;
      for await (const chunk of answers[0]) length += chunk.length;
      expect(length).toBe(5_000_000);
    });
  });

  describe('deleting', () => {
    it('takes what nothing holds, for good', async () => {
      await start();
      const file = await uploaded(eve, 'text');
      expect((await eve.call('DELETE', `/api/files/${file.id}`)).status).toBe(204);
      for (const method of ['GET', 'DELETE']) {
        expect((await eve.call(method, `/api/files/${file.id}`)).status).toBe(404);
      }
      expect((await eve.call('DELETE', '/api/files/none')).status).toBe(404);
      expect(await used()).toBe(0);
    });

    it('takes all of an account', async () => {
      await start();
      await uploaded(eve, 'text');
      await uploaded(eve, png(), 'a.png');
      const kept = await uploaded(ada, 'text');
      const { id } = eve.user;
      expect((await eve.call('DELETE', '/api/user', { password: PASSWORD })).status).toBe(204);
      expect(await app.get(Reservations).usedBytes(id)).toBe(0);
      expect(await (await ada.call('GET', `/api/files/${kept.id}/content`)).text()).toBe('text');
    });
  });

  /** How many uploads of somebody could begin now. */
  async function free(person: Person): Promise<number> {
    const reservations = app.get(Reservations);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const limits = { quota: 1e12, atOnce: 4 };
    const taken = await Promise.all(ids.map((id) => reservations.reserve(person.user.id, id, 0, limits)));
    await Promise.all(ids.map((id) => reservations.release(person.user.id, id)));
    return taken.filter((outcome) => outcome === 'reserved').length;
  }

  /** An upload of which the first half has come. */
  async function slowly(person: Person, length: number) {
    const stage = jest.spyOn(app.get(FileContents), 'stage');
    const before = stage.mock.calls.length;
    const boundary = 'between-the-parts';
    const begin = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
    const end = `\r\n--${boundary}--\r\n`;
    const sending = request(`${app.url}/api/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${person.token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': begin.length + length + end.length,
      },
    });
    const answered = once(sending, 'response').then(([response]) => {
      response.resume();
      return response.statusCode as number;
    });
    answered.catch(() => undefined);
    sending.write(begin + 'x'.repeat(length / 2));
    return {
      taken: () => stage.mock.calls.length > before,
      end: () => {
        sending.end('y'.repeat(length / 2) + end);
        return answered;
      },
      cut: () => sending.destroy(),
    };
  }
});
