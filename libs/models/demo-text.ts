import type { ModelTurn } from './model.js';

const QUOTE_CHARS = 200;
const NAME_CHARS = 60;
/** So many files are named. */
const MOST_NAMES = 10;

/** What somebody asks, in one line, and the names of what came with it. */
export interface DemoQuestion {
  quote: string;
  names: string[];
}

/** How a document that came as text begins: `<document name="…">`, with the name as JSON. */
const DOCUMENT = /^<document name="((?:[^"\\\n]|\\.)*)"/;

/** Documents come as texts that begin with their names, before the question. */
export function demoQuestion(turn: ModelTurn | undefined): DemoQuestion {
  const texts = turn?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])) ?? [];
  const files = turn?.parts.flatMap((part) => (part.type === 'file' ? [part.filename] : [])) ?? [];
  const documents = texts.slice(0, -1).map((text) => {
    const [, name] = DOCUMENT.exec(text) ?? [];
    return name ? name.replace(/\\(.)/g, '$1') : text.trimStart().split('\n', 1)[0];
  });
  const names = [...files, ...documents].map(plainName).filter(Boolean).slice(0, MOST_NAMES);
  return { quote: cut(texts.at(-1) ?? '', QUOTE_CHARS) || '…', names };
}

/** What the demo says of itself; Markdown. */
export function demoText({ quote, names }: DemoQuestion): string {
  const files = names.length > 0 ? `With it came ${listed(names)}. I got all of it, but I can't read.\n\n` : '';
  return `You asked:

> ${quote}

${files}I am the **demo**, so I can't know. I am a few lines of code that come with this server, I cost nothing, and I answer everybody alike. But everything around me is as it will be with a real model:

1. These words reach you one by one, as they are written.
2. You may reload the page, close it, or lose your connection: I go on writing, and you will find the whole answer here.
3. You may stop me at any time, and what I wrote so far is kept.
4. You may ask again, or change your question, and look at both answers.

To talk with somebody who knows more, whoever runs this server only has to set a key or an address of a model and start it again; the README says where. Until then: ask me anything else.`;
}

/** What the demo thinks before it says that. */
export function demoThought({ quote, names }: DemoQuestion): string {
  const files = names.length > 0 ? `, and with it came ${listed(names)}, which I can't look into` : '';
  return `The question is “${quote}”${files}. I know nothing about it, and should say so at once. Then I can tell what is true: how this server treats an answer.`;
}

const listed = (names: string[]) => names.map((name) => `\`${name}\``).join(', ');

const plainName = (name: string) => cut(name.replace(/[`#*[\]]/g, ''), NAME_CHARS);

/** In one line, of so many characters at most. */
export function cut(text: string, most: number): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
