import { startAuth } from '../../auth/auth.testing.js';
import { Notices } from '../../notices/notices.service.js';
import { ChatModule } from '../chat.module.js';
import { askAndAnswer, newConversation, newId, newTurn } from '../contract/chat.testing.js';
import { type AnswerEnd, ChatStore, type MessageError } from '../store/index.js';

describe('conversations, messages and search over HTTP', () => {
  let stores: ChatStore;
  let server: Awaited<ReturnType<typeof startAuth>>;
  let account: Awaited<ReturnType<typeof server.signUp>>;
  let token: string;
  let userId: string;
  /** What the sockets of users were told. */
  let told: unknown[];

  beforeEach(async () => {
    server = await startAuth({}, (config) => ({ imports: [ChatModule.forRoot(config)] }));
    stores = server.app.get(ChatStore);
    told = [];
    server.app.get(Notices).onUserEvent((notice) => told.push(notice));
    account = await server.signUp();
    token = account.token;
    userId = account.user.id;
  });
  afterEach(() => server.close());

  const get = (url: string) => server.call('GET', url, { token });
  const patch = (id: string, body: unknown) => server.call('PATCH', `/api/convos/${id}`, { token, body });
  const make = async (change = {}, owner = userId): Promise<string> => {
    const conversation = newConversation(owner, change);
    await askAndAnswer(stores.messages, newTurn(owner, { conversation }));
    return conversation.id;
  };
  const unknown = { status: 404, body: { code: 'conversation_unknown' } };

  it('needs a session', async () => {
    for (const url of ['/api/convos', `/api/convos/${newId()}`, `/api/convos/${newId()}/messages`, '/api/search?q=a']) {
      expect(await server.call('GET', url)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
  });

  it('shows a conversation in the contract’s form', async () => {
    const id = await make({ title: 'T', instructions: 'Be brief', temperature: 1 });
    const { status, body } = await get(`/api/convos/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      conversation: {
        ...{ id, title: 'T', endpoint: 'demo', model: 'demo-1', instructions: 'Be brief', temperature: 1 },
        ...{ pinned: false, archived: false },
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    });
    expect((await get('/api/convos')).body).toEqual({ items: [body.conversation], nextCursor: null });
  });

  it('lists by filter and in pages', async () => {
    const plain = await make();
    const pinned = await make({ pinned: true });
    const archived = await make({ archived: true });
    const ids = async (query: string) => (await get(`/api/convos?${query}`)).body.items.map((c: any) => c.id).sort();
    expect(await ids('')).toEqual([plain, pinned]);
    expect(await ids('archived=false&pinned=')).toEqual([plain, pinned]);
    expect(await ids('pinned=true')).toEqual([pinned]);
    expect(await ids('pinned=false')).toEqual([plain]);
    expect(await ids('archived=true')).toEqual([archived]);
    const first = (await get('/api/convos?limit=1')).body;
    const second = (await get(`/api/convos?limit=1&cursor=${first.nextCursor}`)).body;
    expect([first.items[0].id, second.items[0].id].sort()).toEqual([plain, pinned]);
    expect(second.nextCursor).toBeNull();
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=strange', 'archived=maybe', 'pinned=1', 'other=1', 'archived='])(
    'refuses a list by %p',
    async (query) => {
      expect(await get(`/api/convos?${query}`)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    },
  );

  it('changes a conversation and tells the user’s sockets', async () => {
    const id = await make();
    const body = { title: '  New title ', pinned: true, archived: true, endpoint: 'e', model: 'm', temperature: 0 };
    const answer = await patch(id, { ...body, instructions: null });
    expect(answer).toMatchObject({ status: 200, body: { conversation: { ...body, id, title: 'New title' } } });
    expect((await get(`/api/convos/${id}`)).body).toEqual(answer.body);
    expect(told).toEqual([{ userId, event: 'conversation.updated', data: answer.body }]);
  });

  it('takes a patch without fields for no change', async () => {
    const id = await make();
    const before = (await get(`/api/convos/${id}`)).body;
    expect(await patch(id, {})).toMatchObject({ status: 200, body: before });
    expect(told).toEqual([]);
  });

  it.each([
    ['title', { title: '   ' }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 'two\nlines' }],
    ['title', { title: null }],
    ['pinned', { pinned: 'true' }],
    ['instructions', { instructions: 'x'.repeat(20_001) }],
    ['temperature', { temperature: 2.1 }],
    ['temperature', { temperature: -0.1 }],
    ['endpoint', { endpoint: 'x'.repeat(201) }],
    ['model', { model: '' }],
  ])('refuses a bad %s', async (path, body) => {
    const answer = await patch(await make(), body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ path }] } });
  });

  it('refuses unknown fields', async () => {
    const id = await make();
    for (const body of [{ userId: newId() }, { title: 'x', createdAt: 'now' }, []]) {
      expect(await patch(id, body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
  });

  it('knows nothing of another user’s conversation, or of what is no id', async () => {
    const theirs = await make({}, newId());
    for (const id of [theirs, newId(), 'no-id', '%00', '1', theirs.toUpperCase()]) {
      expect(await get(`/api/convos/${id}`)).toMatchObject(unknown);
      expect(await get(`/api/convos/${id}/messages`)).toMatchObject(unknown);
      expect(await patch(id, { title: 'mine' })).toMatchObject(unknown);
    }
    expect(told).toEqual([]);
  });

  it('shows the messages in the contract’s form, oldest first, in pages (extra/final-fields)', async () => {
    const id = await make();
    const { status, body } = await get(`/api/convos/${id}/messages`);
    expect(status).toBe(200);
    const [question, answer] = body.items;
    const time = expect.stringMatching(/Z$/);
    expect(question).toEqual({
      ...{ id: question.id, conversationId: id, parentId: null, role: 'user', text: 'What is it?' },
      ...{ status: 'complete', endpoint: null, model: null, usage: null, createdAt: time, updatedAt: time },
      ...{ parts: [{ type: 'text', text: 'What is it?' }], error: null, finishReason: null },
    });
    expect(answer).toMatchObject({ parentId: question.id, role: 'assistant', endpoint: 'demo', model: 'demo-1' });
    expect(Object.keys(answer).sort()).toEqual(Object.keys(question).sort());
    const first = (await get(`/api/convos/${id}/messages?limit=1`)).body;
    const second = (await get(`/api/convos/${id}/messages?limit=1&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items]).toEqual(body.items);
    expect((await get(`/api/convos/${id}/messages?order=asc`)).body).toEqual(body);
    const newest = (await get(`/api/convos/${id}/messages?order=desc&limit=1`)).body;
    const older = (await get(`/api/convos/${id}/messages?order=desc&limit=1&cursor=${newest.nextCursor}`)).body;
    expect([newest.items, older.items, older.nextCursor]).toEqual([[answer], [question], null]);
    for (const query of ['other=1', 'order=newest', 'order=']) {
      expect(await get(`/api/convos/${id}/messages?${query}`)).toMatchObject({ status: 400 });
    }
  });

  it('says why an answer ended (extra/final-fields)', async () => {
    const failed: MessageError = {
      ...{ code: 'model_rate_limited', title: 'Busy', retryable: true, params: { provider: 'OpenAI' } },
    };
    const refused: MessageError = { code: 'model_refused', title: 'Refused', retryable: false };
    const unsaid = { code: 'internal', title: 'The answer was not finished. Please ask again.', retryable: true };
    const endings: Array<[AnswerEnd, object]> = [
      [
        { status: 'complete', finishReason: 'length' },
        { finishReason: 'length', error: null },
      ],
      [{ status: 'complete' }, { finishReason: null, error: null }],
      [{ status: 'stopped' }, { finishReason: null, error: null }],
      [
        { status: 'interrupted', error: failed },
        { finishReason: 'error', error: failed },
      ],
      [{ status: 'interrupted' }, { finishReason: 'error', error: unsaid }],
      [
        { status: 'interrupted', error: refused, finishReason: 'content-filter' },
        { finishReason: 'content-filter', error: refused },
      ],
    ];
    for (const [end, told] of endings) {
      const { conversationId } = await askAndAnswer(stores.messages, newTurn(userId), end);
      const { body } = await get(`/api/convos/${conversationId}/messages`);
      expect(body.items[1]).toMatchObject({ status: end.status, ...told });
    }
  });

  it('tells long messages in several pages, of 2 MB at most', async () => {
    const id = await make();
    for (let i = 0; i < 3; i++) {
      await stores.messages.appendTurn(newTurn(userId, { conversation: id, text: 'x'.repeat(900_000) }));
    }
    const first = (await get(`/api/convos/${id}/messages?limit=100`)).body;
    const second = (await get(`/api/convos/${id}/messages?limit=100&cursor=${first.nextCursor}`)).body;
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([6, 2, null]);
  });

  it('searches titles, too, and before the messages where it is not told where', async () => {
    const id = await make({ title: 'About it' });
    const whole = (await get(`/api/convos/${id}`)).body.conversation;
    const hit = { conversation: whole, title: { text: 'About it', matches: [[6, 8]] } };
    expect((await get('/api/search?q=it&in=titles')).body).toEqual({ items: [hit], nextCursor: null });
    const both = (await get('/api/search?q=it')).body;
    expect(both.items).toEqual([hit, ...(await get('/api/search?q=it&in=messages')).body.items]);
    expect(both.items).toHaveLength(3);
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/api/search?q=it&limit=1${cursor}`);
      seen.push(...body.items);
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`;
    } while (cursor);
    expect(seen).toEqual(both.items);
    // A page of the build before does not know hits of titles.
    const old = await server.call('GET', '/api/search?q=it', { token, headers: { 'sec-fetch-site': 'same-origin' } });
    expect(old.body.items).toEqual(both.items.slice(1));
  });

  it('searches for one person one after another, and refuses where too many wait', async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let atOnce = 0;
    let most = 0;
    jest.spyOn(stores.search, 'search').mockImplementation(async (userId) => {
      if (userId !== account.user.id) return { items: [], nextCursor: null };
      most = Math.max(most, ++atOnce);
      await released;
      atOnce--;
      return { items: [], nextCursor: null };
    });
    const searches = Array.from({ length: 12 }, () => get('/api/search?q=it'));
    const refused = await Promise.race(searches);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_concurrent' } });
    const other = await server.signUp('bea@example.org');
    expect(await server.call('GET', '/api/search?q=it', { token: other.token })).toMatchObject({ status: 200 });
    release();
    const statuses = (await Promise.all(searches)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(most).toBe(1);
  });

  it('searches', async () => {
    const id = await make({ title: 'About it' });
    const { status, body } = await get('/api/search?q=what+is');
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          message: { id: expect.any(String), conversationId: id, role: 'user', createdAt: expect.stringMatching(/Z$/) },
          title: 'About it',
          snippet: {
            text: 'What is it?',
            matches: [
              [0, 4],
              [5, 7],
            ],
          },
        },
      ],
      nextCursor: null,
    });
    const first = (await get('/api/search?q=it&in=messages&limit=1')).body;
    const second = (await get(`/api/search?q=it&in=messages&limit=1&cursor=${first.nextCursor}`)).body;
    expect(first.items[0].message.role).toBe('assistant');
    expect(second.items[0].message.role).toBe('user');
    expect((await get('/api/search?q=%22')).body.items).toEqual([]);
    for (const query of [
      '',
      'q=',
      `q=${'x'.repeat(501)}`,
      'q=a&other=1',
      'q=a&q=b',
      'q=a&in=words',
      'q=a&cursor=strange',
    ]) {
      expect(await get(`/api/search?${query}`)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
  });
});
