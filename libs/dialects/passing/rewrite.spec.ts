import { openAiPath } from '../errors/dialect-error.js';
import { DialectError, rewriteChat, rewriteMessages, rewriteResponses } from '../index.js';

const model = 'tide-1';
const user = { role: 'user', content: 'Hi' };
type Rewrite = (body: unknown, options: { model: string; passFields?: string[]; remoteMedia?: boolean }) => object;

function refusal(rewrite: Rewrite, body: object, options = {}): string {
  try {
    rewrite({ model: 'local/tide', ...body }, { model, ...options });
  } catch (error) {
    if (error instanceof DialectError) return openAiPath(error.path);
    throw error;
  }
  return 'taken';
}

const said = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
const put = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
const png = 'data:image/png;base64,AAAA';

describe('a body that goes on in its own dialect', () => {
  it.each([
    [
      'chat completions',
      rewriteChat,
      { messages: [user], verbosity: 'low', logit_bias: { a: 1 }, unknown: { x: [1] } },
    ],
    ['messages', rewriteMessages, { max_tokens: 5, messages: [user], context_management: {}, unknown: { x: [1] } }],
  ])('keeps all but the model’s name: %s', (_name, rewrite, fields) => {
    const body = { model: 'local/tide', stream: true, ...fields };
    expect((rewrite as Rewrite)(body, { model })).toEqual({ ...body, model });
    expect(body.model).toBe('local/tide');
  });

  it('as a response stores nothing there, and holds what was before', () => {
    const body = { model: 'local/tide', input: 'Hi', background: true, previous_response_id: 'resp_1', unknown: 1 };
    expect(rewriteResponses(body, { model })).toEqual({ model, input: 'Hi', store: false, unknown: 1 });
    const earlier = [{ type: 'message', role: 'user', content: 'Oh' }];
    expect(rewriteResponses(body, { model, earlier }).input).toEqual([...earlier, { type: 'message', ...user }]);
  });

  it('asks for usage where we need it', () => {
    const body = { model: 'x', messages: [user], stream: true, stream_options: { include_obfuscation: false } };
    expect(rewriteChat(body, { model, withUsage: true }).stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
    expect(rewriteChat({ model: 'x', messages: [user] }, { model, withUsage: true })).not.toHaveProperty(
      'stream_options',
    );
  });

  it.each([
    [rewriteChat, { stream: 'yes' }, 'stream'],
    [rewriteChat, { n: 2 }, 'n'],
    [rewriteMessages, { stream: 'yes' }, 'stream'],
    [rewriteResponses, { store: 'yes' }, 'store'],
    [rewriteChat, { service_tier: 'flex' }, 'service_tier'],
    [rewriteChat, { models: ['x'] }, 'models'],
    [rewriteChat, { store: true }, 'store'],
    [rewriteMessages, { container: 'c' }, 'container'],
    [rewriteResponses, { conversation: 'c' }, 'conversation'],
    [rewriteChat, { tools: [{ type: 'web_search' }] }, 'tools[0].type'],
    [rewriteMessages, { tools: [{ type: 'web_search_20250305' }] }, 'tools[0].type'],
    [rewriteResponses, { tools: [{ type: 'mcp' }] }, 'tools[0].type'],
    [rewriteChat, said({ type: 'file', file: { file_id: 'f' } }), 'messages[0].content[0].file.file_id'],
    [rewriteChat, { messages: [{ role: 'assistant', audio: { id: 'a' } }] }, 'messages[0].audio.id'],
    [rewriteChat, { audio: { voice: { id: 'v' } } }, 'audio.voice.id'],
    [
      rewriteMessages,
      said({ type: 'image', source: { type: 'file', file_id: 'f' } }),
      'messages[0].content[0].source.file_id',
    ],
    [rewriteMessages, said({ type: 'container_upload', file_id: 'f' }), 'messages[0].content[0].type'],
    [rewriteResponses, put({ type: 'input_image', file_id: 'f' }), 'input[0].content[0].file_id'],
    [rewriteResponses, { input: [{ type: 'item_reference', id: 'i' }] }, 'input[0].type'],
  ])('is refused for what never goes to a provider: %#', (rewrite, body, param) => {
    expect(refusal(rewrite as Rewrite, body)).toBe(param);
    if (['stream', 'n', 'store'].includes(param) && !('service_tier' in body)) return;
    const passFields = [param.split(/[.[]/)[0]];
    expect(refusal(rewrite as Rewrite, body, { passFields })).toBe('taken');
  });

  it.each([
    [rewriteChat, (url: string) => said({ type: 'image_url', image_url: { url } })],
    [rewriteMessages, (url: string) => said({ type: 'image', source: { type: 'url', url } })],
    [
      rewriteMessages,
      (url: string) =>
        said({ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'document', source: { type: 'url', url } }] }),
    ],
    [rewriteResponses, (image_url: string) => put({ type: 'input_image', image_url })],
    [rewriteResponses, (file_url: string) => put({ type: 'input_file', file_url })],
  ])('has addresses only where the endpoint takes them: %#', (rewrite, bodyAt) => {
    const refusalOf = (url: string, options = {}) => refusal(rewrite as Rewrite, bodyAt(url), options);
    expect(refusalOf('https://x.test/a.png')).toMatch(/url$/);
    expect(refusalOf('https://x.test/a.png', { remoteMedia: true })).toBe('taken');
    expect(refusalOf('http://10.0.0.1/a.png', { remoteMedia: true })).toMatch(/url$/);
    expect(refusalOf(png)).toBe('taken');
  });

  it('is refused where it is nested without end', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(refusal(rewriteChat as Rewrite, { messages: [deep] })).toBe('messages[0]');
  });

  it('may say what it likes in inputs of tools, and in words', () => {
    const call = { type: 'tool_use', id: 'c', name: 'f', input: { type: 'image', url: 'http://x.test', file_id: 'f' } };
    const messages = [user, { role: 'assistant', content: [call, { type: 'text', text: 'file_id' }] }];
    expect(refusal(rewriteMessages as Rewrite, { max_tokens: 5, messages })).toBe('taken');
    expect(refusal(rewriteChat as Rewrite, said({ type: 'file', file: { file_data: 'JVBERg==' } }))).toBe('taken');
  });
});
