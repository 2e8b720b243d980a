import { PassThrough, Readable } from 'node:stream';
import type { ModelInfo } from '../../../libs/models/index.js';
import type { Message } from '../../chat/store/index.js';
import type { FileForms, FileRows, StoredFile } from '../../files/index.js';
import { ShownFiles } from './shown-files.service.js';

/** Texts by their files' ids; a text that is undefined never comes. `size` makes them as large as they say. */
class Shelf {
  readonly opened: string[] = [];
  readonly texts = new Map<string, string | undefined>();
  size: number | undefined;

  shownFiles(): ShownFiles {
    const rows = { get: async (_: string, id: string) => ({ id, contentId: `content of ${id}` }) as StoredFile };
    const form = ({ id }: StoredFile) => {
      const text = this.texts.get(id);
      const open = async () => {
        this.opened.push(id);
        return { bytes: text === undefined ? new PassThrough() : Readable.from([Buffer.from(text)]) };
      };
      return { size: this.size ?? Buffer.byteLength(text ?? ''), open };
    };
    const forms = { get: async (file: StoredFile) => form(file), pageStarts: async () => null };
    return new ShownFiles(rows as unknown as FileRows, forms as unknown as FileForms);
  }
}

const NARROW = { name: 'narrow', contextTokens: 8000 } as ModelInfo;
const never = new AbortController().signal;
const lines = (n: number, word: string) =>
  Array.from({ length: n }, (_, i) => `Line ${i} of the ${word} says ${i % 97} and nothing else.`).join('\n');

const question = (id: string, text: string, files: string[] = []): Message =>
  ({
    ...{ id, text, role: 'user' },
    parts: {
      items: [
        ...files.map((fileId) => ({ type: 'file', fileId, filename: `${fileId}.txt`, mediaType: 'text/plain' })),
        { type: 'text', text },
      ],
    },
  }) as unknown as Message;

/** What the model is shown of the files of each question. */
async function shown(files: ShownFiles, branch: Message[], model = NARROW): Promise<string[]> {
  const plan = (await files.plan('ada', branch, model, never))!;
  const turns = branch.map((message) => ({
    role: 'user' as const,
    parts: [
      ...plan.partsBefore(message.id),
      ...message.parts!.items.flatMap((part) => (part.type === 'file' ? plan.partsOf(message.id, part.fileId) : [])),
    ],
  }));
  (await plan.load(turns, never))();
  return turns.map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''));
}

const ticks = async () => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('ShownFiles', () => {
  let shelf: Shelf;
  beforeEach(() => (shelf = new Shelf()));

  it('hold few long texts at once, however many answers begin', async () => {
    shelf.size = 16_000_000;
    const controller = new AbortController();
    const files = shelf.shownFiles();
    const plans = Array.from({ length: 10 }, (_, i) =>
      files.plan('ada', [question(`q${i}`, 'Where?', [`a${i}`, `b${i}`])], NARROW, controller.signal),
    );
    await ticks();
    expect(shelf.opened).toEqual(['a0']);
    controller.abort(new Error('stopped'));
    for (const plan of plans) await expect(plan).rejects.toThrow('stopped');
  });

  it('stop with the answer, while a text comes and before the next one', async () => {
    shelf.texts.set('a', lines(1000, 'first'));
    shelf.size = 1_000_000;
    const files = shelf.shownFiles();
    const controller = new AbortController();
    const plan = files.plan('ada', [question('q', 'Where?', ['a', 'b', 'c'])], NARROW, controller.signal);
    const rejected = expect(plan).rejects.toThrow('stopped');
    while (!shelf.opened.includes('b')) await ticks();
    controller.abort(new Error('stopped'));
    await rejected;
    expect(shelf.opened).toEqual(['a', 'b']);
    // And the room is free again.
    shelf.texts.set('d', lines(1000, 'last'));
    await files.plan('ada', [question('r', 'Where?', ['d'])], NARROW, never);
  });

  it('read a text once for a question, and not again for what was chosen', async () => {
    for (const id of ['a', 'b']) shelf.texts.set(id, lines(2000, id));
    const files = shelf.shownFiles();
    const first = [question('q', 'Line 77?', ['a', 'b'])];
    const [said] = await shown(files, first);
    expect(said).toContain('Line 77 of the a');
    expect(shelf.opened).toEqual(['a', 'b']);
    expect(await shown(files, first)).toEqual([said]);
    expect(shelf.opened).toEqual(['a', 'b']);
    const second = [...first, question('r', 'And line 1555?')];
    expect((await shown(files, second))[0]).toBe(said);
    expect(shelf.opened).toEqual(['a', 'b', 'a', 'b']);
  });

  it('are the same where all is chosen anew, and read again where nothing is kept', async () => {
    for (const id of ['a', 'b', 'c']) shelf.texts.set(id, lines(2000, id));
    const branch = [
      question('q', 'Line 77?', ['a', 'b']),
      question('r', 'And line 1555?'),
      question('s', 'And of the other?', ['c', 'a']),
      ...Array.from({ length: 20 }, (_, i) => question(`t${i}`, `And line ${i * 31}?`)),
    ];
    const files = shelf.shownFiles();
    let said: string[] = [];
    for (let n = 1; n <= branch.length; n++) {
      const now = await shown(files, branch.slice(0, n));
      expect(now.slice(0, n - 1)).toEqual(said);
      said = now;
    }
    expect(said[1]).toContain('Line 1555 of the a');
    shelf.opened.length = 0;
    expect(await shown(shelf.shownFiles(), branch)).toEqual(said);
    // Once each.
    expect(shelf.opened).toEqual(['b', 'c', 'a']);
  });

  it('name a document of which nothing fits beside the others, also where it is shown later', async () => {
    shelf.texts.set('first', lines(500, 'first').slice(0, 15_984));
    shelf.texts.set('second', lines(50, 'second'));
    const files = shelf.shownFiles();
    const branch = [question('q', 'Line 7?', ['first', 'second'])];
    const [said] = await shown(files, branch);
    expect(said).toContain('</document>\n\n[file: second.txt (left out: it does not fit beside the other files)]\n\n');
    const later = await shown(files, [...branch, question('r', 'Line 7 of the second?')]);
    expect(later[0]).toBe(said);
    expect(later[1]).toContain('Line 7 of the second');
  });

  it('name each stretch of a text once, and few of one in which all is alike', async () => {
    shelf.texts.set('a', lines(20_000, 'a'));
    const branch = [question('q', 'Sum it up', ['a'])];
    const model = { ...NARROW, contextTokens: 200_000 };
    const files = shelf.shownFiles();
    const plan = (await files.plan('ada', branch, model, never))!;
    expect(plan.sources).toHaveLength(1);
    const [, start, end] = plan.sources[0].sourceId.match(/^a:(\d+)-(\d+)$/)!.map(Number);
    expect(start).toBe(0);
    expect(end).toBeGreaterThan(380_000);
    const [said] = await shown(files, branch, model);
    expect(said).toContain(shelf.texts.get('a')!.slice(start, end).trim());
  });

  it('look for a later question only into the newest documents, and say so', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `f${i}`);
    for (const id of ids) shelf.texts.set(id, lines(2000, id));
    const files = shelf.shownFiles();
    const model = { ...NARROW, contextTokens: 40_000 };
    const branch = [question('q', 'Line 77?', ids.slice(0, 6)), question('r', 'Line 78?', ids.slice(6))];
    await shown(files, branch, model);
    shelf.opened.length = 0;
    const said = await shown(files, [...branch, question('s', 'Line 555?')], model);
    expect(shelf.opened).toEqual(ids.slice(2));
    expect(said[2]).toContain('[earlier documents not searched for this question: 2]');
    expect(said[2]).toContain('f11.txt');
    expect(said[2]).not.toContain('f1.txt');
  });

  it('look for a later question into no more text than that', async () => {
    shelf.size = 3_000_000;
    for (const id of ['a', 'b', 'c']) shelf.texts.set(id, lines(800, id));
    const files = shelf.shownFiles();
    const branch = [question('q', 'Line 77?', ['a', 'b', 'c'])];
    await shown(files, branch);
    shelf.opened.length = 0;
    const said = await shown(files, [...branch, question('r', 'Line 555?')]);
    expect(shelf.opened).toEqual(['b', 'c']);
    expect(said[1]).toContain('not searched for this question: 1]');
  });
});
