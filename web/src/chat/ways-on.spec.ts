import type { Message } from '../api/types.js';
import { waysOn } from './ways-on.js';

const ways = (message: Partial<Message>, code?: string) => {
  const error = code === undefined ? null : { code, title: '', retryable: true };
  const { goOn, again, otherModel } = waysOn({ status: 'complete', text: '', error, ...message } as Message);
  return [goOn && 'go on', again && 'again', otherModel && 'other model'].filter(Boolean);
};

describe('waysOn', () => {
  it('is to go on where something was written, and nothing stands against more', () => {
    expect(ways({ text: 'Some', finishReason: 'length' })).toEqual(['go on']);
    expect(ways({ text: 'Some', status: 'stopped' })).toEqual(['go on', 'again']);
    expect(ways({ text: 'Some', status: 'interrupted' }, 'model_broken_stream')).toEqual([
      'go on',
      'again',
      'other model',
    ]);
    expect(ways({ status: 'interrupted' }, 'model_broken_stream')).toEqual(['again', 'other model']);
    expect(ways({ status: 'stopped' })).toEqual(['again']);
  });

  it('is another model where the same would fail again', () => {
    for (const code of ['model_refused', 'model_misconfigured', 'context_too_long']) {
      expect(ways({ text: 'Some', status: 'interrupted' }, code)).toEqual(['other model']);
    }
  });

  it('is to ask again where nothing came, and nothing where all is well', () => {
    expect(ways({})).toEqual(['again', 'other model']);
    expect(ways({ text: 'All', finishReason: 'stop' })).toEqual([]);
    expect(ways({ text: 'Some', status: 'generating' })).toEqual([]);
  });
});
