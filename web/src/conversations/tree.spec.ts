import type { Message } from '../api/types.js';
import { buildTree, newestUnder, pathOf, versionsOf } from './tree.js';

const message = (id: string, parentId: string | null, role: Message['role'] = 'user') =>
  ({ id, parentId, role, text: id }) as Message;

function treeOf(...messages: Message[]) {
  return buildTree(new Map(messages.map((each) => [each.id, each])));
}

/** 1 → 2 → 3 → 4, the question 3 edited as 5 → 6, and 2 answered again as 7. */
const tree = treeOf(
  message('5', '2'),
  message('1', null),
  message('2', '1', 'assistant'),
  message('3', '2'),
  message('4', '3', 'assistant'),
  message('6', '5', 'assistant'),
  message('7', '1', 'assistant'),
);

const ids = (path: Message[]) => path.map(({ id }) => id).join('');

describe('tree', () => {
  it('shows the branch of the newest message', () => {
    expect(ids(pathOf(tree, null))).toBe('17');
  });

  it('shows the branch through the chosen message, to its newest end', () => {
    expect(ids(pathOf(tree, '2'))).toBe('1256');
    expect(ids(pathOf(tree, '3'))).toBe('1234');
    expect(ids(pathOf(tree, '1'))).toBe('17');
    expect(newestUnder(tree, '2')).toBe('6');
  });

  it('falls back to the newest where the chosen one is gone', () => {
    expect(ids(pathOf(tree, 'x'))).toBe('17');
  });

  it('finds the versions of a message', () => {
    expect(versionsOf(tree, tree.byId.get('5')!)).toEqual(['3', '5']);
    expect(versionsOf(tree, tree.byId.get('7')!)).toEqual(['2', '7']);
    expect(versionsOf(tree, tree.byId.get('1')!)).toEqual(['1']);
  });

  it('hides nothing whose parent is missing', () => {
    const torn = treeOf(
      message('3', '2'),
      message('4', '3', 'assistant'),
      message('6', '5', 'assistant'),
      message('7', '6'),
    );
    expect(ids(pathOf(torn, '3'))).toBe('34');
    expect(ids(pathOf(torn, null))).toBe('67');
    expect(versionsOf(torn, torn.byId.get('3')!)).toEqual(['3']);
    expect(versionsOf(torn, torn.byId.get('6')!)).toEqual(['6']);
  });

  it('copes with 20,000 messages in one line', () => {
    const pad = (at: number) => String(at).padStart(6, '0');
    const long = treeOf(...Array.from({ length: 20_000 }, (_, at) => message(pad(at), at === 0 ? null : pad(at - 1))));
    expect(pathOf(long, pad(0))).toHaveLength(20_000);
  });
});
