import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../dialects.testing.js';
import { ChatPassedReader, MessagesPassedReader, PassedStream } from '../index.js';

const folder = join(__dirname, '../../models/recorded');
const recorded = readdirSync(folder).filter((name) => name.endsWith('.sse'));

describe.each(recorded)('the stream %s, as a provider sent it', (name) => {
  const bytes = readFileSync(join(folder, name));

  it('is handed on byte for byte, and was heard', () => {
    const below = random(3);
    for (const most of [1, 50, 5000]) {
      const reader = name.startsWith('anthropic') ? new MessagesPassedReader() : new ChatPassedReader();
      const stream = new PassedStream(reader);
      const out: Buffer[] = [];
      for (let from = 0; from < bytes.length;) {
        const to = from + 1 + below(most);
        out.push(stream.feed(bytes.subarray(from, to)));
        from = to;
      }
      out.push(stream.end());
      expect(Buffer.concat(out).toString().trimEnd()).toBe(bytes.toString().trimEnd());
      expect(stream.heard).toMatchObject({
        isComplete: true,
        model: expect.any(String),
        finishReason: expect.any(String),
      });
      // Some were not asked for it.
      if (/"usage":\s*\{/.test(bytes.toString())) {
        expect(stream.heard.usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
      }
    }
  });
});
