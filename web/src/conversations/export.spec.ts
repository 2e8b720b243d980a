import type { Conversation, FilePart, Message } from '../api/types.js';
import { asJson, asMarkdown, fileName } from './export.js';

const conversation = { id: 'c', title: 'Leases' } as Conversation;
const messages = [
  { id: '2', role: 'assistant', text: 'Time.\n', model: 'demo' },
  { id: '1', role: 'user', text: 'What?', model: null },
] as Message[];

describe('export', () => {
  it('writes a branch as Markdown', () => {
    const text = asMarkdown(conversation, messages.toReversed(), { user: 'You', assistant: 'Answer' });
    expect(text).toBe('# Leases\n\n## You\n\nWhat?\n\n## Answer (demo)\n\nTime.\n');
  });

  it('names the files of a question, and where they stand beside it', () => {
    const part = (filename: string, mediaType: string) =>
      ({ type: 'file', fileId: '0192-abc123456789', filename, mediaType }) as FilePart;
    const asked = { ...messages[1], parts: [part('a [1].png', 'image/png'), part('../b.pdf', 'application/pdf')] };
    expect(asMarkdown(conversation, [asked], { user: 'You', assistant: 'Answer' })).toBe(
      '# Leases\n\n## You\n\n![a \\[1\\].png](<files/abc123456789 a [1].png>)\n\n' +
        '[../b.pdf](<files/abc123456789 b.pdf>)\n\nWhat?\n',
    );
  });

  it('writes all messages as JSON, oldest first', () => {
    const parsed = JSON.parse(asJson(conversation, messages)) as { messages: Message[] };
    expect(parsed.messages.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it.each([
    ['a/b: "c"?', 'a b c.md'],
    ['…', '….md'],
    ['../..', 'Gespräch.md'],
    ['\u202Egnp', 'gnp.md'],
    ['', 'Gespräch.md'],
  ])('makes of %j the name %j', (title, name) => expect(fileName(title, 'md', 'Gespräch')).toBe(name));
});
