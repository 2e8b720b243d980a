import * as kinds from './kinds.js';

const source = { countConversations: () => 0, countMessages: () => 0 } as never;

/** Builds that are out have noted digests of these, in this order: a later field is not among them. */
describe('what a copy is known by', () => {
  it('of a conversation', () => {
    expect(kinds.conversations(source, undefined as never).fields).toEqual([
      ...['userId', 'title', 'endpoint', 'model', 'instructions', 'temperature', 'pinned', 'archived'],
      ...['createdAt', 'updatedAt', 'newestMessageId', 'buriedAt', 'removedAt'],
    ]);
  });

  it('of a message', () => {
    const { fields, later } = kinds.messages(source, undefined as never);
    expect(fields).toEqual([
      ...['conversationId', 'userId', 'parentId', 'role', 'text', 'status', 'endpoint', 'model', 'usage'],
      ...['error', 'createdAt', 'updatedAt', 'params', 'epoch', 'owner', 'touchedAt', 'stop', 'attempts'],
      ...['deaths', 'dueAt', 'spent', 'writing'],
    ]);
    expect(later).toMatchObject({ finishReason: null });
  });
});
