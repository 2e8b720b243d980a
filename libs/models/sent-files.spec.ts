import { anthropic, type Dialect, openAi } from './dialect.testing.js';
import { type FilePart, type ModelTurn, textTurn } from './model.js';
import { hear, question } from './model.testing.js';
import { openAiMessages } from './openai-messages.js';
import { Upstream } from './upstream.testing.js';

const data = Buffer.from([0, 1, 254, 255]);
const picture: FilePart = { type: 'file', filename: 'a.png', mediaType: 'image/png', data };
const pdf: FilePart = { type: 'file', filename: 'b.pdf', mediaType: 'application/pdf', data };
const asked: ModelTurn = { role: 'user', parts: [picture, pdf, { type: 'text', text: 'What is it?' }] };

const blocks = {
  openAi: [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAH+/w==' } },
    { type: 'file', file: { filename: 'b.pdf', file_data: 'data:application/pdf;base64,AAH+/w==' } },
    { type: 'text', text: 'What is it?' },
  ],
  anthropic: [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAH+/w==' } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAH+/w==' }, title: 'b.pdf' },
    { type: 'text', text: 'What is it?' },
  ],
};

describe.each<[string, Dialect, object[]]>([
  ['chat completions', openAi, blocks.openAi],
  ['messages', anthropic, blocks.anthropic],
])('pictures and documents in %s', (_name, dialect, content) => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());
  const sent = async (turns: ModelTurn[]) => {
    const model = dialect.make(upstream.url);
    upstream.reply = (call) => call.end(dialect.finish());
    await hear(model, question('', { turns }));
    await model.close();
    return upstream.calls[0].body.messages;
  };

  it('stand where they stood in the question', async () => {
    expect(await sent([asked])).toEqual([{ role: 'user', content }]);
  });

  it('may be all of it', async () => {
    expect(await sent([{ role: 'user', parts: [picture] }])).toEqual([{ role: 'user', content: [content[0]] }]);
  });

  it('of a question without an answer stand before the next one', async () => {
    const messages = await sent([asked, textTurn('user', 'Well?')]);
    expect(messages).toHaveLength(1);
    expect(messages[0].content).toEqual([...content.slice(0, 2), { type: 'text', text: 'What is it?\n\nWell?' }]);
  });

  it('leave texts beside them as they are', async () => {
    const messages = await sent([
      textTurn('user', 'Hi'),
      textTurn('assistant', 'Hello'),
      textTurn('user', 'x'),
      textTurn('assistant', 'y'),
      asked,
    ]);
    expect(messages.slice(0, 3).map(({ content: one }: any) => one)).toEqual(['Hi', 'Hello', 'x']);
  });
});

it('a PDF has a name of its own with Mistral', () => {
  const [{ content }] = openAiMessages([{ role: 'user', parts: [pdf] }], { server: 'mistral', withThoughts: false });
  expect(content).toEqual([{ type: 'document_url', document_url: 'data:application/pdf;base64,AAH+/w==' }]);
});
