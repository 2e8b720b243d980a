import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { FileContents } from '../../src/files/content/file-contents.js';
import { FileRows } from '../../src/files/index.js';
import { TestApp } from '../support/app.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { eventsOf, partsOf } from '../support/sse.js';
import { png, readInstead, readSimply, uploaded } from '../support/uploads.js';

const MODELS = `
endpoints:
  - name: eyes
    baseURL: PROVIDER
    apiKey: k
    models:
      - { name: seeing, input: [text, image], contextTokens: 200000 }
      - { name: blind, input: [text] }
      - { name: narrow, input: [text], contextTokens: 4000 }
`;

describe.each(['embedded', 'on Redis and MongoDB'])('questions with files, %s', (kind) => {
  let backends: Backends | undefined;
  let provider: Provider;
  let folder: string;
  let app: TestApp;
  let ada: Person;
  let eve: Person;

  beforeAll(async () => {
    if (kind !== 'embedded') backends = await Backends.start();
    provider = await Provider.start();
    folder = mkdtempSync(join(tmpdir(), 'parley-models-'));
    writeFileSync(join(folder, 'parley.yaml'), MODELS.replace('PROVIDER', provider.baseUrl));
  });
  afterAll(async () => {
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
    await backends?.stop();
  });
  beforeEach(async () => {
    provider.calls.length = 0;
    provider.reply = (call) => call.say('Seen.').finish();
    const limits = { REGISTER_MAX: '0', LOGIN_MAX: '0', MESSAGE_USER_MAX: '0' };
    app = await TestApp.start({ ...limits, ...backends?.space(), CONFIG_FILE: join(folder, 'parley.yaml') });
    readInstead(app, readSimply);
    ada = await app.person('Ada');
    eve = await app.person('Eve');
  });
  afterEach(async () => {
    await app?.stop();
    jest.restoreAllMocks();
  });

  const seeing = { model: 'seeing' };
  const sent = (n: number) => provider.calls[n].body.messages;
  const refusal = async (response: Response) => {
    const { code, params } = (await response.json()) as any;
    return { status: response.status, code, ...(params && { params }) };
  };
  const held = async ({ id }: { id: string }, person = ada) =>
    (await app.get(FileRows).get(person.user.id, id))?.holders.length;

  it('a picture goes to the model, stands in the message, and goes again with the next question', async () => {
    const file = await uploaded(ada, png(), 'a.png');
    const events = await ada.askAll({ message: 'What is this?', files: [file.id], ...seeing }, 'eyes');
    const picture = { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) } };
    expect(sent(0)).toMatchObject([{ role: 'user', content: [picture, { type: 'text', text: 'What is this?' }] }]);
    const { conversationId } = events[0].data;
    const [question] = await ada.messages(conversationId);
    const { id: fileId, filename, mediaType, size, width, height } = file;
    expect(question.parts).toEqual([
      { type: 'file', fileId, filename, mediaType, size, width, height, url: `/api/files/${fileId}/content` },
      { type: 'text', text: 'What is this?' },
    ]);
    expect(question.text).toBe('What is this?');
    await ada.askAll({ message: 'And now?', conversationId, ...seeing }, 'eyes');
    expect(sent(1)[0]).toEqual(sent(0)[0]);
    // Other models are told that there was one.
    await ada.askAll({ message: 'And you?', conversationId, model: 'blind' }, 'eyes');
    expect(JSON.stringify(sent(2)[0])).toContain('[image: a.png]');
    expect(await held(file)).toBe(1);
  });

  it('a picture alone is a question, titled by its name, and answered again', async () => {
    const file = await uploaded(ada, png(), 'Holiday.png');
    const events = await ada.askAll({ files: [file.id], ...seeing }, 'eyes');
    const { conversation } = events.at(-1)!.data;
    expect(conversation.title).toBe('Holiday.png');
    const { conversationId, userMessageId } = events[0].data;
    await ada.askAll({ conversationId, answerTo: userMessageId, ...seeing }, 'eyes');
    expect(sent(1)).toEqual(sent(0));
    // Its own picture is not dropped in silence, though it was asked before.
    const again = { conversationId, answerTo: userMessageId, model: 'blind' };
    const params = { model: 'blind', of: 'image' };
    expect(await refusal(await ada.ask(again, 'eyes'))).toEqual({ status: 422, code: 'model_cannot', params });
  });

  it('a document goes as text under its name', async () => {
    const file = await uploaded(ada, 'The zephyr blows in March.', 'winds.txt');
    await ada.askAll({ message: 'When?', files: [file.id], ...seeing }, 'eyes');
    const [{ content }] = sent(0);
    expect(JSON.stringify(content)).toContain('winds.txt');
    expect(JSON.stringify(content)).toContain('The zephyr blows in March.');
  });

  it('of a document that does not fit the passages go that fit the question, and are named', async () => {
    const filler = Array.from({ length: 900 }, (_, i) => `Line ${i} says nothing.`).join(' ');
    const file = await uploaded(ada, `${filler}\n\nThe zephyr blows in March.\n\n${filler}`, 'winds.txt');
    const events = await ada.askAll({ message: 'When is the zephyr?', files: [file.id], model: 'narrow' }, 'eyes');
    const said = JSON.stringify(sent(0)[0].content);
    expect(said).toContain('The zephyr blows in March.');
    expect(said.length).toBeLessThan(12_000);
    const { message } = events.at(-1)!.data;
    expect(message.parts.at(-1)).toEqual({ type: 'text', text: 'Seen.' });
    expect(message.parts[0]).toMatchObject({ type: 'source-document', fileId: file.id, filename: 'winds.txt' });
    expect(partsOf(events)).toEqual(message.parts);
    const [, range] = message.parts.find(({ type }: any) => type === 'source-document').sourceId.split(':');
    expect(range).toMatch(/^\d+-\d+$/);
    const { conversationId } = events[0].data;
    await ada.askAll({ message: 'Go on', conversationId, model: 'narrow' }, 'eyes');
    // What went before goes out in the same bytes.
    expect(sent(1)[0]).toEqual(sent(0)[0]);
  });

  it('an answer is stopped while its documents are read', async () => {
    const file = await uploaded(ada, 'The zephyr blows in March.', 'winds.txt');
    const never = new PassThrough();
    const open = jest.spyOn(app.get(FileContents), 'open').mockResolvedValue({ size: 1, bytes: never });
    const events = eventsOf(await ada.ask({ message: 'When?', files: [file.id], ...seeing }, 'eyes'));
    const { messageId } = (await events.next()).value!.data;
    await eventually(() => open.mock.calls.length === 1);
    const stop = await ada.call('POST', `/api/streams/${messageId}/stop`);
    expect(await stop.json()).toEqual({ stopped: true });
    expect((await events.next()).value).toMatchObject({ event: 'final', data: { message: { status: 'stopped' } } });
    expect(never.destroyed).toBe(true);
    expect(provider.calls).toHaveLength(0);
  });

  it('what can’t be is refused before anything is stored, and holds nothing', async () => {
    const file = await uploaded(ada, png(), 'a.png');
    const foreign = await uploaded(eve, png('x'), 'b.png');
    const ask = async (body: object) => refusal(await ada.ask({ message: 'x', ...body }, 'eyes'));
    const of = 'image';
    expect(await ask({ files: [file.id], model: 'blind' })).toEqual({
      ...{ status: 422, code: 'model_cannot', params: { model: 'blind', of } },
    });
    expect(await ask({ files: [foreign.id], ...seeing })).toEqual({ status: 404, code: 'file_unknown' });
    expect(await ask({ files: ['none'], ...seeing })).toEqual({ status: 404, code: 'file_unknown' });
    expect(await ask({ files: [file.id, file.id] })).toMatchObject({ status: 400, code: 'validation_failed' });
    const many = Array.from({ length: 11 }, () => file.id);
    expect(await ask({ files: many })).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(await held(file)).toBe(0);
    expect((await ada.get('/api/convos')).items).toEqual([]);
    expect(provider.calls).toHaveLength(0);
  });

  it('a file that is in a message is not deleted, and goes with its conversation', async () => {
    const file = await uploaded(ada, png(), 'a.png');
    const [{ data }] = await ada.askAll({ files: [file.id], ...seeing }, 'eyes');
    const refused = await ada.call('DELETE', `/api/files/${file.id}`);
    expect(await refusal(refused)).toEqual({ status: 409, code: 'file_in_use' });
    expect((await ada.call('DELETE', `/api/convos/${data.conversationId}`)).status).toBe(204);
    await eventually(async () => (await ada.call('GET', `/api/files/${file.id}`)).status === 404);
  });

  it('a question waits for its files, and holds no place meanwhile', async () => {
    let goOn = () => {};
    const reading = new Promise<void>((resolve) => (goOn = resolve));
    jest.restoreAllMocks();
    readInstead(app, async (bytes, file) => {
      await reading;
      return readSimply(bytes, file);
    });
    const file = await uploaded(ada, 'slow', 'slow.txt');
    expect(file.state).toBe('processing');
    const waiting = Array.from({ length: 5 }, () => ada.ask({ message: 'x', files: [file.id], ...seeing }, 'eyes'));
    // A sixth one is told at once.
    await eventually(async () => {
      const response = await ada.ask({ message: 'x', files: [file.id], ...seeing }, 'eyes');
      const { code } = (await response.json()) as any;
      return code === 'file_processing';
    });
    expect((await ada.get('/api/streams')).items).toEqual([]);
    goOn();
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(200);
    await eventually(() => provider.calls.length === 5);
  });

  it('the same question again, under its key, holds the file once', async () => {
    const file = await uploaded(ada, png(), 'a.png');
    const key = { 'idempotency-key': 'once' };
    const body = { message: 'x', files: [file.id], ...seeing };
    const [first, second] = [await ada.askAll(body, 'eyes', key), await ada.askAll(body, 'eyes', key)];
    expect(second[0].data).toEqual(first[0].data);
    expect(provider.calls).toHaveLength(1);
    expect(await held(file)).toBe(1);
    // The key is looked at first, whatever has become of files.
    const other = await ada.ask({ ...body, files: ['none'] }, 'eyes', key);
    expect(await refusal(other)).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  });
});
