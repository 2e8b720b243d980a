import { type Model, type ModelInfo, type ModelRequest, textTurn } from '../../../libs/models/index.js';
import type { Message, StoredPart } from '../../chat/store/index.js';
import { type PlannedRequest, takes } from './requests.service.js';

const turns = [textTurn('user', 'a question'), textTurn('assistant', 'an answer'), textTurn('user', 'another')];
const first: ModelRequest = { model: 'm', turns };
const picture: StoredPart = { type: 'file', fileId: '1', filename: 'a.png', mediaType: 'image/png', size: 1 };
const document: StoredPart = { ...picture, filename: 'a.pdf', mediaType: 'application/pdf' };

function planned(info: Partial<ModelInfo>, request: Partial<ModelRequest> = {}, parts: StoredPart[] = []) {
  const question = { parts: { epoch: 0, items: parts } } as unknown as Message;
  const all = { model: {} as Model, info: { name: 'x', ...info }, request: { ...first, ...request } };
  return { ...all, files: undefined, question } satisfies PlannedRequest;
}

describe('whether another model takes what a question holds', () => {
  it.each([
    ['text', planned({}), true],
    ['no thinking', planned({}, { reasoningEffort: 'none' }), true],
    ['an effort that it can be told', planned({ reasoning: true }, { reasoningEffort: 'low' }), true],
    ['an effort that it can’t be told', planned({ reasoning: false }, { reasoningEffort: 'low' }), false],
    ['an effort of which nobody knows', planned({}, { reasoningEffort: 'low' }), false],
    ['a picture that it sees', planned({ input: ['text', 'image'] }, {}, [picture]), true],
    ['a picture that it can’t see', planned({ input: ['text'] }, {}, [picture]), false],
    ['a picture of which nobody knows', planned({}, {}, [picture]), false],
    ['a document, which goes as text', planned({}, {}, [document]), true],
    ['a conversation that fits', planned({ contextTokens: 100 }), true],
    ['one of which something would be left out', planned({ contextTokens: 100 }, { turns: turns.slice(2) }), false],
    ['a question that is too long by itself', planned({ contextTokens: 5 }), false],
    ['an answer that would not fit', planned({ contextTokens: 100 }, { maxTokens: 95 }), false],
  ])('%s', (_name, other, expected) => {
    expect(takes(other, first)).toBe(expected);
  });

  it('counts its files', () => {
    const files = { tokensOf: () => 40 } as unknown as NonNullable<PlannedRequest['files']>;
    expect(takes({ ...planned({ contextTokens: 100 }), files }, first)).toBe(false);
    expect(takes({ ...planned({ contextTokens: 200 }), files }, first)).toBe(true);
  });
});
