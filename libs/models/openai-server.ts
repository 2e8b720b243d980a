/** Those who speak OpenAI's chat completions with fields of their own, and all others. */
export type OpenAiServer =
  'openai' | 'azure' | 'openrouter' | 'gemini' | 'mistral' | 'deepseek' | 'dashscope' | 'other';

const HOSTS: Array<[RegExp, OpenAiServer]> = [
  [/\.openai\.com$/, 'openai'],
  [/\.azure\.com$/, 'azure'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/(^|\.)mistral\.ai$/, 'mistral'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  // Alibaba's Qwen.
  [/(^|\.)aliyuncs\.com$/, 'dashscope'],
];

/** Who answers at an address. */
export function openAiServer(baseURL: string): OpenAiServer {
  const { hostname } = new URL(baseURL);
  return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? 'other';
}
