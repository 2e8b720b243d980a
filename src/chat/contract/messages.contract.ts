import { newId, newTurn, type ChatStores, finish } from './chat.testing.js';
import { answersContract } from './messages-answers.contract.js';
import { formsContract } from './messages-forms.contract.js';
import { partsContract } from './messages-parts.contract.js';
import { treeContract } from './messages-tree.contract.js';
import { turnsContract } from './messages-turns.contract.js';

/** What every Messages must do. `openBroken`: a store whose backend does not answer. */
export function messagesContract(
  name: string,
  open: () => Promise<ChatStores>,
  openBroken?: () => Promise<ChatStores>,
): void {
  describe(`Messages: ${name}`, () => {
    turnsContract(open);
    treeContract(open);
    answersContract(open);
    formsContract(open);
    partsContract(open);

    if (openBroken) {
      it('rejects with dependency_down where the backend does not answer', async () => {
        const { messages, close } = await openBroken();
        const ref = { conversationId: newId(), id: newId() };
        const state = { text: '', spent: null, attempts: 1, dueInMs: 0 };
        const calls: Array<Promise<unknown>> = [
          messages.appendTurn(newTurn(newId())),
          messages.get(newId(), ref),
          messages.find(newId(), ref.id),
          messages.getWriting(ref),
          messages.list(newId(), ref.conversationId, { limit: 1 }),
          messages.branch(ref, 1),
          messages.claim(ref, 'o', { staleMs: 0 }),
          messages.seize(ref, { epoch: 0, touchedAt: 0 }, { status: 'stopped' }),
          finish(messages, ref, 1, 'o', { status: 'stopped' }),
          messages.save([{ ...ref, epoch: 1, owner: 'o', text: 'x', usage: null }]),
          messages.letGo(ref, 1, 'o', state),
          messages.requestStop(ref),
          messages.standings([ref]),
          messages.untouched(0, 1),
          messages.writingOfUser(newId()),
          messages.writingOfConversation(ref.conversationId),
          messages.endedOfConversation(ref.conversationId, 1),
          messages.seizeForDeletion(ref),
        ];
        for (const outcome of await Promise.allSettled(calls)) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'dependency_down', status: 503 } });
        }
        await close();
      });
    }
  });
}
