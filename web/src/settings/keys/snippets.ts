/** Ways to use a key, each as a text to copy. `origin`: where this server is; `model`: `<endpoint>/<model>`. */
export const SNIPPETS = {
  curl: ({ origin, secret, model }: Use) =>
    [
      `curl ${origin}/v1/chat/completions \\`,
      `  -H "Authorization: Bearer ${secret}" \\`,
      `  -H "Content-Type: application/json" \\`,
      `  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })}'`,
    ].join('\n'),
  python: ({ origin, secret, model }: Use) =>
    [
      'from openai import OpenAI',
      '',
      `client = OpenAI(base_url="${origin}/v1", api_key="${secret}")`,
      'answer = client.chat.completions.create(',
      `    model=${JSON.stringify(model)},`,
      '    messages=[{"role": "user", "content": "Hello"}],',
      ')',
      'print(answer.choices[0].message.content)',
    ].join('\n'),
  javascript: ({ origin, secret, model }: Use) =>
    [
      "import OpenAI from 'openai';",
      '',
      `const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${secret}' });`,
      'const answer = await client.chat.completions.create({',
      `  model: ${JSON.stringify(model)},`,
      "  messages: [{ role: 'user', content: 'Hello' }],",
      '});',
      'console.log(answer.choices[0].message.content);',
    ].join('\n'),
  anthropic: ({ origin, secret, model }: Use) =>
    [
      "import Anthropic from '@anthropic-ai/sdk';",
      '',
      `const client = new Anthropic({ baseURL: '${origin}', apiKey: '${secret}' });`,
      'const answer = await client.messages.create({',
      `  model: ${JSON.stringify(model)},`,
      '  max_tokens: 1000,',
      "  messages: [{ role: 'user', content: 'Hello' }],",
      '});',
      'console.log(answer.content);',
    ].join('\n'),
  editor: ({ origin, secret, model }: Use) =>
    [
      'models:',
      '  - name: Parley',
      '    provider: openai',
      `    model: ${JSON.stringify(model)}`,
      `    apiBase: ${origin}/v1`,
      `    apiKey: ${secret}`,
    ].join('\n'),
};

export type SnippetName = keyof typeof SNIPPETS;

export interface Use {
  origin: string;
  secret: string;
  model: string;
}
