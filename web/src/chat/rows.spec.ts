import type { Message } from '../api/types.js';
import type { PendingAsk, Question } from './asks.js';
import { rowsOf } from './rows.js';
import { buildTree } from '../conversations/tree.js';
import { GO_ON } from '../i18n/go-on.js';

const message = (id: string, parentId: string | null, role: Message['role']) =>
  ({ id, parentId, role, text: id }) as Message;
const messages = [
  message('1', null, 'user'),
  message('2', '1', 'assistant'),
  message('3', '2', 'user'),
  message('4', '3', 'assistant'),
];
const tree = buildTree(new Map(messages.map((each) => [each.id, each])));
const pending = (question: Partial<Question>) => ({ key: 'k', question: { text: 'x', ...question } }) as PendingAsk;
const keys = (ask?: PendingAsk, known: [string, string][] = []) =>
  rowsOf(tree, null, ask, new Map(known)).map(({ key }) => key);

describe('rowsOf', () => {
  it('shows the branch, with the keys of what was shown before it had an id', () => {
    expect(keys()).toEqual(['1', '2', '3', '4']);
    expect(keys(undefined, [['4', 'k-answer']])).toEqual(['1', '2', '3', 'k-answer']);
  });

  it('puts a question on its way at the end', () => {
    expect(keys(pending({ parentId: '4' }))).toEqual(['1', '2', '3', '4', 'k-question', 'k-answer']);
  });

  it('cuts the branch where a question is changed, and where another answer is asked for', () => {
    expect(keys(pending({ parentId: '2' }))).toEqual(['1', '2', 'k-question', 'k-answer']);
    expect(keys(pending({ parentId: null }))).toEqual(['k-question', 'k-answer']);
    expect(keys(pending({ parentId: '1', text: null }))).toEqual(['1', 'k-answer']);
  });

  describe('of an answer that is gone on with', () => {
    const goOn = { ...message('3', '2', 'user'), text: GO_ON.de };
    const flow = buildTree(new Map([messages[0], messages[1], goOn, messages[3]].map((each) => [each.id, each])));

    it('make one of it with what it goes on with, whatever the language was', () => {
      const rows = rowsOf(flow, null, undefined, new Map());
      expect(rows).toMatchObject([
        { isGoOn: false, isGoneOn: false },
        { isGoOn: false, isGoneOn: true, before: '' },
        { isGoOn: true, isGoneOn: false },
        { isGoOn: false, isGoneOn: false, before: '2' },
      ]);
    });

    it('do so while the question is on its way, and over several', () => {
      const rows = rowsOf(flow, null, pending({ parentId: '4', text: GO_ON.en }), new Map());
      expect(rows.slice(3)).toMatchObject([{ before: '2', isGoneOn: true }, { isGoOn: true }, { isGoOn: true }]);
    });

    it('do not where that begins a conversation, or is said to nobody', () => {
      const alone = buildTree(new Map([['1', { ...messages[0], text: GO_ON.en }]]));
      expect(rowsOf(alone, null, undefined, new Map())).toMatchObject([{ isGoOn: false }]);
    });
  });
});
