const QUOTE_CHARS = 200;

/** What the demo says of itself; Markdown. */
export function demoText(question: string): string {
  const line = question.replace(/\s+/gu, ' ').trim();
  const quote = line.length > QUOTE_CHARS ? `${line.slice(0, QUOTE_CHARS).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
  return `You asked:

> ${quote || '…'}

I am the **demo**, so I can't know. I am a few lines of code that come with this server, I cost nothing, and I answer everybody alike. But everything around me is as it will be with a real model:

1. These words reach you one by one, as they are written.
2. You may reload the page, close it, or lose your connection: I go on writing, and you will find the whole answer here.
3. You may stop me at any time, and what I wrote so far is kept.
4. You may ask again, or change your question, and look at both answers.

To talk with somebody who knows more, whoever runs this server only has to set a key or an address of a model and start it again; the README says where. Until then: ask me anything else.`;
}
