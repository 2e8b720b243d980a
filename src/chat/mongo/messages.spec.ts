import { eventually } from '../../../test/support/eventually.js';
import { itWithControl } from '../../../test/support/mongo/engine.js';
import { RetryableError } from '../../../libs/mongo/index.js';
import {
  answerRef,
  ask,
  askAndAnswer,
  claimed,
  newConversation,
  newId,
  newTurn,
  finish as endAnswer,
} from '../contract/chat.testing.js';
import type { Accepted, MessageRef, Messages } from '../store/index.js';
import { mongoChat, useMongoChat, type MongoChat } from './mongo-chat.testing.js';

const mongo = useMongoChat();
const withControl = itWithControl();
const user = newId();
const USAGE = { inputTokens: 1, outputTokens: 2 };
const down = { code: 'dependency_down', status: 503 };

withControl('a replica set that is away refuses, and takes the same again when it is back', async () => {
  const database = await mongo.databases.open({ retryForMs: 300, serverSelectionTimeoutMS: 100 });
  const { messages, conversations, search } = mongoChat(database, 'none');
  /** Each may be done again: a busy machine may need more than that patience. */
  const inTime = <T>(work: () => Promise<T>) => eventually(() => work().catch(() => null));
  const running = answerRef(newTurn(user));
  const asked = { ...newTurn(user), conversation: newConversation(user, { id: running.conversationId }) };
  asked.answer.id = running.id;
  await inTime(() => messages.appendTurn(asked));
  claimed(await inTime(() => messages.claim(running, 'o', { staleMs: 0 })));
  const turn = newTurn(user);
  const save = () => messages.save([{ ...running, epoch: 1, owner: 'o', text: 'walrus', usage: null }]);
  const finish = () => messages.finish(running, 1, 'o', { status: 'complete', text: 'a walrus' });
  await mongo.databases.engine.control!.killAll();
  try {
    await expect(messages.appendTurn(turn)).rejects.toMatchObject(down);
    await expect(save()).rejects.toMatchObject(down);
    await expect(finish()).rejects.toMatchObject(down);
    await expect(conversations.bury(user, running.conversationId)).rejects.toMatchObject(down);
    await expect(search.search(user, 'walrus', { limit: 5 })).rejects.toMatchObject(down);
  } finally {
    await mongo.databases.engine.control!.restart();
  }
  expect(await inTime(save)).toMatchObject([{ held: true }]);
  expect(await inTime(finish)).toMatchObject({ message: { status: 'complete', text: 'a walrus' } });
  expect((await inTime(() => messages.appendTurn(turn))).answer).toMatchObject({ status: 'generating' });
  expect((await inTime(() => search.search(user, 'walrus', { limit: 5 }))).items).toHaveLength(1);
  await database.close();
});

it('a turn takes as few commands as it can: each is a way to the server and back', async () => {
  const database = await mongo.databases.open();
  const { messages } = mongoChat(database, 'none');
  await messages.appendTurn(newTurn(user));
  const names: string[] = [];
  database.connection.getClient().on('commandStarted', ({ commandName }) => names.push(commandName));
  const taken = () => names.splice(0);

  const first = await messages.appendTurn(newTurn(user));
  expect(taken()).toEqual(['update', 'findAndModify', 'update']);
  claimed(await messages.claim(first.answer, 'o', { staleMs: 0 }));
  expect(taken()).toEqual(['findAndModify']);
  await messages.branch(first.answer, 100);
  expect(taken()).toEqual(['find']);
  await messages.finish(first.answer, 1, 'o', { status: 'complete', text: 'done' });
  expect(taken()).toEqual(['findAndModify', 'findAndModify']);
  const { id, newestMessageId } = first.conversation;
  await messages.appendTurn(
    newTurn(user, { conversation: id, parentId: newestMessageId, expectedNewest: newestMessageId }),
  );
  expect(taken()).toEqual(['find', 'update', 'findAndModify', 'update']);
  await database.close();
});

describe.each([
  ['open', 'none'],
  ['openByMonth', 'month'],
] as const)('Messages in MongoDB, %s', (open, partition) => {
  let stores: MongoChat;
  beforeEach(async () => {
    stores = await mongo[open]();
  });
  afterEach(() => stores.close());

  const list = async (conversationId: string) =>
    (await stores.messages.list(user, conversationId, { limit: 100 })).items;

  it('stamps each touch differently, also where the last one is ahead of the server’s clock', async () => {
    const ref = await ask(stores.messages, newTurn(user));
    const ahead = Date.now() + 3_600_000;
    const partition = stores.chat.messages.of(ref.conversationId)!;
    await partition.run((c) => c.updateOne({ _id: ref.id }, { $set: { touchedAt: new Date(ahead) } }));
    const touched = async () => (await stores.messages.getWriting(ref))!;
    expect(await touched()).toMatchObject({ touchedAt: ahead, untouchedMs: 0 });
    expect(claimed(await stores.messages.claim(ref, 'o', { staleMs: 0 })).touchedAt).toBe(ahead + 1);
    await stores.messages.save([{ ...ref, epoch: 1, owner: 'o', text: 'x', usage: null }]);
    expect((await touched()).touchedAt).toBe(ahead + 2);
    await stores.messages.letGo(ref, 1, 'o', { text: 'x', spent: null, attempts: 1, dueInMs: 0 });
    expect((await touched()).touchedAt).toBe(ahead + 3);
    expect(await stores.messages.seize(ref, { epoch: 1, touchedAt: ahead }, { status: 'interrupted' })).toBe(false);
  });

  it('reads an answer of the build before, which did not keep why it ended', async () => {
    const { conversationId, id } = await askAndAnswer(stores.messages, newTurn(user), {
      status: 'complete',
      text: 'x',
    });
    const partition = stores.chat.messages.of(conversationId)!;
    await partition.run((c) => c.updateOne({ _id: id }, { $unset: { finishReason: 1 } }));
    expect(await stores.messages.find(user, id)).toMatchObject({ status: 'complete', finishReason: null });
    expect(await list(conversationId)).toMatchObject([{}, { finishReason: null }]);
  });

  it('reads no text of people or providers as an expression', async () => {
    const text = '$$ROOT $conversationId {"$gt": 1}';
    const turn = newTurn(user, { text, conversation: newConversation(user, { title: '$title', model: '$$NOW' }) });
    turn.answer = { ...turn.answer, model: '$text', params: { instructions: '$$NOW' } };
    const { question, answer, conversation } = await stores.messages.appendTurn(turn);
    expect([question.text, answer.model, answer.params]).toEqual([text, '$text', { instructions: '$$NOW' }]);
    expect([conversation.title, conversation.model]).toEqual(['$title', '$$NOW']);
    const ref = answerRef(turn);
    await stores.messages.claim(ref, '$owner', { staleMs: 0 });
    await stores.messages.save([{ ...ref, epoch: 1, owner: '$owner', text: '$text', usage: null }]);
    expect(await stores.messages.getWriting(ref)).toMatchObject({ text: '$text', owner: '$owner' });
    const params = { provider: '$text' };
    const error = { code: 'model_unavailable' as const, title: '$$NOW', retryable: true, params };
    const end = { status: 'interrupted' as const, text: '$epoch', error };
    expect(await endAnswer(stores.messages, ref, 1, '$owner', end)).toMatchObject({ text: '$epoch', error });
    expect(await stores.conversations.update(user, ref.conversationId, { title: '$model' })).toMatchObject({
      title: '$model',
    });
  });

  const ATTEMPTS = Array.from({ length: 20 });

  describe.each([
    {
      by: 'processes of their own',
      // Nobody's writes meet.
      writersOf: () => ATTEMPTS.map(() => mongoChat(stores.chat.database, partition).messages),
      command: 'findAndModify',
      moments: [5],
    },
    {
      by: 'one process under load',
      // What comes at once goes together: the pairs, the conversations, what is shown.
      writersOf: () => ATTEMPTS.map(() => stores.messages),
      command: 'update',
      moments: [1, 2, 3],
    },
  ])('the primary dies while it writes for $by', ({ writersOf, command, moments }) => {
    let writers: Messages[];
    beforeEach(() => {
      writers = writersOf();
    });
    afterEach(() => mongo.databases.engine.control?.restart());

    /** Kills the primary when so many of these commands were sent. */
    async function killAmid<T>(
      sent: { command: string; times: number },
      work: () => Array<Promise<T>>,
    ): Promise<Array<PromiseSettledResult<T>>> {
      const client = stores.chat.database.connection.getClient();
      let seen = 0;
      const underWay = new Promise<void>((resolve) => {
        client.on('commandStarted', ({ commandName }) => {
          if (commandName === sent.command && ++seen === sent.times) resolve();
        });
      });
      const results = Promise.allSettled(work());
      await underWay;
      await mongo.databases.engine.control!.killPrimary();
      return results;
    }

    /** What was refused was refused with the port's error. */
    function refusedAreDown(results: Array<PromiseSettledResult<unknown>>): void {
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(down);
    }

    withControl.each(moments)('turns: what was accepted is there, once (%i)', async (times) => {
      const turns = writers.map(() => newTurn(user, { conversation: newConversation(user) }));
      const results = await killAmid({ command, times }, () => turns.map((turn, i) => writers[i].appendTurn(turn)));
      refusedAreDown(results);
      for (const [i, turn] of turns.entries()) {
        if (results[i].status === 'rejected') await stores.messages.appendTurn(turn);
        const { conversationId, id } = answerRef(turn);
        expect((await list(conversationId)).map((message) => message.id)).toEqual([turn.question!.id, id]);
        const conversation = await stores.conversations.get(user, conversationId);
        expect(conversation).toMatchObject({ newestMessageId: id });
        expect(await stores.messages.getWriting({ conversationId, id })).toMatchObject({ epoch: 0 });
      }
    });

    const askAll = () => Promise.all(writers.map((writer) => ask(writer, newTurn(user))));

    withControl('claims, saves and ends: what was acknowledged holds, once', async () => {
      const sent = { command, times: moments[0] };
      const refs = await askAll();
      const claims = await killAmid(sent, () =>
        refs.map((ref, i) => writers[i].claim(ref, `o${i}`, { staleMs: 60_000 })),
      );
      refusedAreDown(claims);
      for (const claim of claims) {
        if (claim.status === 'fulfilled') expect(claimed(claim.value)).toMatchObject({ epoch: 1, deaths: 0 });
      }
      await mongo.databases.engine.control!.restart();
      const save = (i: number) => ({ ...refs[i], epoch: 1, owner: `o${i}`, text: `text ${i}`, usage: null });
      const saves = await killAmid({ command: 'update', times: 5 }, () =>
        refs.map((_, i) => writers[i].save([save(i)])),
      );
      refusedAreDown(saves);
      for (const [i, result] of saves.entries()) {
        if (result.status === 'fulfilled') expect(result.value).toEqual([{ ...refs[i], held: true, stop: false }]);
      }
      await mongo.databases.engine.control!.restart();
      const end = { status: 'complete' as const, text: 'the end', usage: USAGE };
      const finish = (ref: MessageRef, i: number) => endAnswer(writers[i], ref, 1, `o${i}`, end);
      const ends = await killAmid(sent, () => refs.map(finish));
      refusedAreDown(ends);
      for (const [i, ref] of refs.entries()) {
        if (ends[i].status === 'fulfilled')
          expect(ends[i].value).toMatchObject({ status: 'complete', text: 'the end' });
        const again = await finish(ref, i);
        expect(await stores.messages.getWriting(ref)).toMatchObject({ ...again, epoch: 1, owner: `o${i}` });
      }
      expect(await stores.messages.writingOfUser(user)).toEqual([]);
    });

    withControl('letting go: who lost the answer gets it all the same', async () => {
      const refs = await askAll();
      for (const [i, ref] of refs.entries()) claimed(await writers[i].claim(ref, `o${i}`, { staleMs: 0 }));
      const state = { text: 'half', spent: USAGE, attempts: 1, dueInMs: 60_000 };
      const results = await killAmid({ command, times: moments[0] }, () =>
        refs.map((ref, i) => writers[i].letGo(ref, 1, `o${i}`, state)),
      );
      refusedAreDown(results);
      for (const result of results) {
        if (result.status === 'fulfilled') expect(result.value).toMatchObject({ owner: null, attempts: 1, epoch: 1 });
      }
    });
  });

  describe('beside a build before 0.2, which knows its calls again by `hand`', () => {
    let ref: MessageRef;
    beforeEach(async () => {
      ref = await ask(stores.messages, newTurn(user));
    });
    const olderSets = (change: object) =>
      stores.chat.messages.of(ref.conversationId)!.run((messages) =>
        messages.findOneAndUpdate({ _id: ref.id }, [{ $set: { ...change, touchedAt: '$$NOW' } }], {
          returnDocument: 'after',
        }),
      );
    const olderClaims = () => olderSets({ owner: 'older', hand: 'older', epoch: { $add: ['$epoch', 1] } });
    /** The next change is written, and before it is tried again, because nobody said so, the older build has come. */
    const overtakenBy = (older: () => Promise<unknown>) => {
      const { answerChanges } = stores.chat;
      const run = answerChanges.run.bind(answerChanges);
      jest.spyOn(answerChanges, 'run').mockImplementationOnce(async (change) => {
        await run(change);
        await older();
        throw new RetryableError('no acknowledgement');
      });
    };
    const patient = { staleMs: 60_000 };

    it('a claim of the older build is not taken for one’s own', async () => {
      overtakenBy(olderClaims);
      expect(await stores.messages.claim(ref, 'o', patient)).toEqual({ refused: 'busy' });
      expect(await stores.messages.getWriting(ref)).toMatchObject({ owner: 'older', epoch: 2 });
    });

    it('what it has let go since is claimed again', async () => {
      overtakenBy(async () => {
        await olderClaims();
        await olderSets({ owner: null, hand: 'gone' });
      });
      expect(claimed(await stores.messages.claim(ref, 'o', patient))).toMatchObject({ owner: 'o', epoch: 3 });
    });

    it('an owner’s next epoch is not one that the older build has begun', async () => {
      await stores.messages.claim(ref, 'o', patient);
      overtakenBy(olderClaims);
      expect(await stores.messages.claim(ref, 'o', { ...patient, from: 'o' })).toEqual({ refused: 'busy' });
    });

    it('what it has claimed since is not let go any more', async () => {
      await stores.messages.claim(ref, 'o', patient);
      overtakenBy(olderClaims);
      const state = { text: 'half', spent: null, attempts: 1, dueInMs: 0 };
      expect(await stores.messages.letGo(ref, 1, 'o', state)).toBeNull();
    });

    it('it finds no claim of its own where another one stands', async () => {
      expect(await olderClaims()).toMatchObject({ hand: 'older' });
      claimed(await stores.messages.claim(ref, 'o', { staleMs: 0 }));
      expect(await olderSets({})).not.toHaveProperty('hand');
    });
  });

  describe('many at once', () => {
    const commands = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
      const counted: Record<string, number> = {};
      const count = ({ commandName }: { commandName: string }) =>
        (counted[commandName] = (counted[commandName] ?? 0) + 1);
      const client = stores.chat.database.connection.getClient();
      client.on('commandStarted', count);
      await work();
      client.off('commandStarted', count);
      return counted;
    };

    it('go in a few commands, and each is told its own', async () => {
      await ask(stores.messages, newTurn(user));
      const turns = ATTEMPTS.map(() => newTurn(user, { conversation: newConversation(user) }));
      let accepted: Accepted[] = [];
      const asking = async () => {
        accepted = await Promise.all(turns.map((turn) => stores.messages.appendTurn(turn)));
      };
      expect(await commands(asking)).toEqual({ update: 3, find: 1 });
      for (const [i, { question, answer, conversation }] of accepted.entries()) {
        const [userMessage, id] = [turns[i].question!.id, turns[i].answer.id];
        expect([question.id, answer.id, conversation.newestMessageId]).toEqual([userMessage, id, id]);
        expect(conversation).toEqual(await stores.conversations.get(user, conversation.id));
      }
      const refs = turns.map(answerRef);
      const claiming = async () => {
        const claims = await Promise.all(refs.map((ref, i) => stores.messages.claim(ref, `o${i}`, { staleMs: 0 })));
        expect(claims.map((claim) => claimed(claim).owner)).toEqual(refs.map((_, i) => `o${i}`));
      };
      expect(await commands(claiming)).toEqual({ update: 1, find: 1 });
      const ending = async () => {
        const end = (i: number) => ({ status: 'complete' as const, text: `text ${i}` });
        const ends = await Promise.all(refs.map((ref, i) => stores.messages.finish(ref, 1, `o${i}`, end(i))));
        expect(ends.map((ended) => ended?.message.text)).toEqual(refs.map((_, i) => `text ${i}`));
        expect(ends.map((ended) => ended?.conversation?.id)).toEqual(refs.map(({ conversationId }) => conversationId));
      };
      expect(await commands(ending)).toEqual({ update: 2, find: 2 });
    });

    it('one that is refused harms no other', async () => {
      const { conversationId: conversation, id: newestMessageId } = await askAndAnswer(stores.messages, newTurn(user));
      const stale = newTurn(user, { conversation, parentId: newestMessageId, expectedNewest: newId() });
      const goesOn = newTurn(user, { conversation, parentId: newestMessageId, expectedNewest: newestMessageId });
      const repeated = newTurn(user);
      const others = ATTEMPTS.map(() => newTurn(user));
      const turns = [stale, goesOn, repeated, repeated, ...others];
      const results = await Promise.allSettled(turns.map((turn) => stores.messages.appendTurn(turn)));
      expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'conversation_changed' } });
      expect(results.slice(1).map(({ status }) => status)).toEqual(turns.slice(1).map(() => 'fulfilled'));
      const goneOn = [goesOn.question!.id, goesOn.answer.id];
      expect((await list(conversation)).slice(2).map(({ id }) => id)).toEqual(goneOn);
      expect(await list(answerRef(repeated).conversationId)).toHaveLength(2);
    });

    it('an answer is not found in another conversation', async () => {
      const refs = [await ask(stores.messages, newTurn(user)), await ask(stores.messages, newTurn(user))];
      // One that is stopped already answers a repeat of that: here it must not be seen at all.
      await stores.messages.requestStop(refs[0]);
      const wrong = { id: refs[0].id, conversationId: refs[1].conversationId };
      const stops = await Promise.all([wrong, wrong, refs[1]].map((ref) => stores.messages.requestStop(ref)));
      expect(stops.map((stopped) => stopped?.id)).toEqual([undefined, undefined, refs[1].id]);
    });

    it('of several hands at one answer one has it', async () => {
      const refs = [await ask(stores.messages, newTurn(user)), await ask(stores.messages, newTurn(user))];
      const claims = await Promise.all(
        ATTEMPTS.map((_, i) => stores.messages.claim(refs[i % 2], `o${i}`, { staleMs: 60_000 })),
      );
      const winners = claims.flatMap((claim) => ('claimed' in claim ? [claim.claimed] : []));
      expect(winners.map(({ id, epoch }) => [id, epoch]).sort()).toEqual(refs.map(({ id }) => [id, 1]).sort());
      for (const ref of refs) {
        const { owner } = (await stores.messages.getWriting(ref))!;
        expect(winners.find(({ id }) => id === ref.id)?.owner).toBe(owner);
        const ends = await Promise.all(
          ATTEMPTS.map((_, i) => stores.messages.finish(ref, 1, `o${i}`, { status: 'complete', text: `by o${i}` })),
        );
        expect(ends.map((end) => end?.message.text).filter(Boolean)).toEqual([`by ${owner}`]);
      }
    });
  });
});
