import { type Message, type MessageRef, type Messages, type StoredPart, wholeParts } from '../store/index.js';
import { ask, type ChatStores, claimed, finish, newId, newTurn } from './chat.testing.js';

const thought = (text: string, ms: number | null = 7): StoredPart => ({ type: 'reasoning', text, ms });
const text = (length: number): StoredPart => ({ type: 'text', length });
const picture: StoredPart = {
  ...{ type: 'file', fileId: 'f', filename: 'a.png', mediaType: 'image/png', size: 5, width: 1, height: 2 },
};

/** The parts of messages, and with which text they hold. Part of `messagesContract`. */
export function partsContract(open: () => Promise<ChatStores>): void {
  let stores: ChatStores;
  let messages: Messages;
  const user = newId();

  beforeEach(async () => {
    stores = await open();
    messages = stores.messages;
  });
  afterEach(() => stores.close());

  const begin = async (): Promise<MessageRef> => {
    const ref = await ask(messages, newTurn(user));
    await claim(ref);
    return ref;
  };
  const claim = async (ref: MessageRef, owner = 'o') =>
    claimed(await messages.claim(ref, owner, { staleMs: 5000 })).epoch;
  const read = async (ref: MessageRef) => (await messages.get(user, ref)) as Message;
  const parts = async (ref: MessageRef) => wholeParts(await read(ref));
  const save = (ref: MessageRef, epoch: number, said: string, from = 0, ...items: StoredPart[]) =>
    messages.save([
      { ...ref, epoch, owner: 'o', text: said, usage: null, ...(items.length > 0 && { parts: { from, items } }) },
    ]);
  const letGo = (ref: MessageRef, epoch: number, said: string, items?: StoredPart[], heldFor?: string) =>
    messages.letGo(ref, epoch, 'o', { text: said, parts: items, spent: null, attempts: 1, dueInMs: 0, heldFor });

  describe('parts', () => {
    it('of a question stand before its text, in every read', async () => {
      const turn = newTurn(user, { text: 'What is this?' });
      const question = { ...turn.question!, parts: [picture, text(13)] };
      const accepted = await messages.appendTurn({ ...turn, question });
      expect(wholeParts(accepted.question)).toEqual([picture, { type: 'text', text: 'What is this?' }]);
      const { id, conversationId } = accepted.question;
      expect(await parts({ id, conversationId })).toEqual(wholeParts(accepted.question));
      const ref = { conversationId, id: turn.answer.id };
      const branch = await messages.branch(ref, 10);
      expect(wholeParts(branch[0])).toEqual(wholeParts(accepted.question));
      const { items } = await messages.list(user, conversationId, { limit: 10 });
      expect(items.map(wholeParts)).toEqual([wholeParts(accepted.question), []]);
      // Again with the same ids.
      expect(await messages.appendTurn({ ...turn, question })).toMatchObject({ question: accepted.question });
    });

    it('that say no more than the text are not kept', async () => {
      const ref = await begin();
      await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Four.', parts: [text(5)] });
      expect(await read(ref)).toMatchObject({ text: 'Four.', parts: null });
      expect(await parts(ref)).toEqual([{ type: 'text', text: 'Four.' }]);
    });

    it('are kept with the end, in their order', async () => {
      const ref = await begin();
      const items = [thought('two and two'), text(4), thought(''), text(3)];
      const ended = await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Fo😀ur', parts: items });
      const whole = [thought('two and two'), { type: 'text', text: 'Fo😀' }, thought(''), { type: 'text', text: 'ur' }];
      expect(wholeParts(ended!)).toEqual(whole);
      expect(await parts(ref)).toEqual(whole);
      // The same end again is once.
      expect(await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Fo😀ur', parts: items })).toEqual(ended);
    });

    it('are saved from where they changed', async () => {
      const ref = await begin();
      await save(ref, 1, 'Fo', 0, thought('hm'), text(2));
      await save(ref, 1, 'Four', 1, text(4));
      expect(await parts(ref)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
      await save(ref, 1, '', 2, thought('so', null));
      expect((await parts(ref)).slice(1)).toEqual([{ type: 'text', text: 'Four' }, thought('so', null)]);
      // A save whose acknowledgement was lost.
      await save(ref, 1, '', 2, thought('so', null));
      expect(await parts(ref)).toHaveLength(3);
    });

    it('stay with their text until a new attempt has brought one', async () => {
      const ref = await begin();
      await save(ref, 1, 'Four', 0, thought('hm'), text(4));
      await letGo(ref, 1, 'Four', [thought('hm'), text(4)]);
      expect(await parts(ref)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
      await claim(ref);
      await save(ref, 2, '', 0, thought('anew', null));
      expect(await read(ref)).toMatchObject({ text: 'Four' });
      await save(ref, 2, 'Five', 0, thought('anew'), text(4));
      expect(await parts(ref)).toEqual([thought('anew'), { type: 'text', text: 'Five' }]);
    });

    it('hold only with the epoch that wrote them: a build that knows none has written since', async () => {
      const ref = await begin();
      await save(ref, 1, 'Four', 0, thought('hm'), text(4));
      await letGo(ref, 1, 'Four', [thought('hm'), text(4)]);
      await claim(ref);
      await save(ref, 2, 'Fünf');
      expect(await parts(ref)).toEqual([{ type: 'text', text: 'Fünf' }]);
      await finish(messages, ref, 2, 'o', { status: 'complete', text: 'Fünf.' });
      expect(await read(ref)).toMatchObject({ parts: null, text: 'Fünf.' });
    });

    it('that are thoughts alone are kept where nothing came before, at the end', async () => {
      const ref = await begin();
      const ended = await finish(messages, ref, 1, 'o', { status: 'stopped', text: '', parts: [thought('hm')] });
      expect(wholeParts(ended!)).toEqual([thought('hm')]);
      expect(await read(ref)).toMatchObject({ text: '', status: 'stopped' });
      const other = await begin();
      await letGo(other, 1, 'Four', [thought('hm'), text(4)]);
      await claim(other);
      await finish(messages, other, 2, 'o', { status: 'stopped', text: '', parts: [thought('anew')] });
      expect(await parts(other)).toEqual([{ type: 'text', text: 'Four' }]);
    });

    it('stay as they are where another one ends the answer', async () => {
      const ref = await begin();
      await save(ref, 1, 'Four', 0, thought('hm'), text(4));
      const asRead = (await messages.getWriting(ref))!;
      expect(wholeParts(asRead)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
      await messages.seize(ref, asRead, { status: 'interrupted' });
      expect(await parts(ref)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
    });

    it('of an answer that waits for a person go along with who takes it up', async () => {
      const ref = await begin();
      await letGo(ref, 1, 'Four', [thought('hm'), text(4)], 'approval');
      const again = claimed(await messages.claim(ref, 'o', { staleMs: 5000, held: true }));
      expect(wholeParts(again)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
      await letGo(ref, 2, '', undefined, 'approval');
      expect(await parts(ref)).toEqual([thought('hm'), { type: 'text', text: 'Four' }]);
    });

    it('come back as they were put in, whatever is in them', async () => {
      const ref = await begin();
      const metadata = JSON.stringify({ $set: 1, 'a.b': ['\ud800', '\0'] });
      const items: StoredPart[] = [{ type: 'reasoning', text: '$text \0\ud800😀', ms: 1, providerMetadata: metadata }];
      await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Four', parts: [...items, text(4)] });
      const [first] = await parts(ref);
      expect(first).toEqual({ ...items[0], text: '$text \ufffd\ufffd😀', providerMetadata: metadata });
    });

    it('count in the size of a page of messages', async () => {
      const turn = newTurn(user);
      const ref = await ask(messages, turn);
      await claim(ref);
      await finish(messages, ref, 1, 'o', {
        status: 'complete',
        text: 'Four',
        parts: [thought('x'.repeat(5000)), text(4)],
      });
      const list = (maxBytes: number) => messages.list(user, ref.conversationId, { limit: 10, maxBytes });
      expect((await list(4000)).items).toHaveLength(1);
      expect((await list(6000)).items).toHaveLength(2);
    });

    it('of thoughts are not found by search', async () => {
      const ref = await begin();
      await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Four', parts: [thought('xylograph'), text(4)] });
      expect((await stores.search.search(user, 'xylograph', { limit: 10 })).items).toEqual([]);
    });
  });
}
