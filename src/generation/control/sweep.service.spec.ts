import { dependencyDown } from '../../../libs/errors/index.js';
import type { Writing } from '../../chat/store/index.js';
import { Sweep } from './sweep.service.js';

const answer = (change: Partial<Writing> = {}): Writing =>
  ({
    ...{ id: 'a', conversationId: 'c', userId: 'u', createdAt: new Date(), epoch: 0, touchedAt: 5, owner: null },
    ...{ stop: false, status: 'generating' },
    ...change,
  }) as Writing;

/** Answers of recovered turns, and from which age on they were asked for; what putting one in line comes to. */
let recovered: Writing[];
let recoveredFromMs: number | undefined;
let start: (answer: Writing) => Promise<void>;
beforeEach(() => {
  recovered = [];
  start = async () => {};
});

/** One round over these answers, in no queue; what became of them. */
async function round(...answers: Writing[]): Promise<{ started: string[]; ended: Array<[string, string]> }> {
  const started: string[] = [];
  const ended: Array<[string, string]> = [];
  const nothing = async () => [];
  const sweep = new Sweep(
    { hit: async (key: string) => ({ hits: key.startsWith('sweep:') ? 1 : 2 }) } as never,
    {
      untouched: async () => answers,
      seize: async ({ id }: Writing, _: object, end: { status: string }) => ended.push([id, end.status]) > 0,
      getWriting: async () => null,
      recoverTurns: async (olderThanMs: number) => {
        recoveredFromMs = olderThanMs;
        return recovered;
      },
      standings: nothing,
    } as never,
    { lives: async ({ owner }: Writing) => owner === 'late' } as never,
    { unfinishedBurials: nothing } as never,
    { state: async () => 'absent' } as never,
    { olderThan: nothing } as never,
    { unaccepted: nothing } as never,
    {
      start: async (one: Writing) => {
        await start(one);
        started.push(one.id);
      },
    } as never,
    {} as never,
    {} as never,
    { draining: false } as never,
    { isAlone: false } as never,
  );
  await sweep.beat();
  return { started, ended };
}

it('lets answers in nobody’s hand wait again, and ends the others', async () => {
  const answers = [
    answer({ id: 'waiting' }),
    answer({ id: 'handed back', epoch: 2 }),
    answer({ id: 'owned', owner: 'gone' }),
    answer({ id: 'stopping', stop: true }),
    answer({ id: 'old', createdAt: new Date(Date.now() - 2 * 3_600_000) }),
  ];
  expect(await round(...answers)).toEqual({
    started: ['waiting', 'handed back'],
    ended: [
      ['owned', 'interrupted'],
      ['stopping', 'stopped'],
      ['old', 'interrupted'],
    ],
  });
});

it('leaves an answer alone whose owner lives, however late it is', async () => {
  expect(await round(answer({ id: 'late', owner: 'late' }))).toEqual({ started: [], ended: [] });
});

it('lets an answer wait whose turn was recovered, and looks for those only that their writers have given up', async () => {
  recovered = [answer({ id: 'half' })];
  expect(await round()).toEqual({ started: ['half'], ended: [] });
  expect(recoveredFromMs).toBeGreaterThanOrEqual(20_000);
});

it('ends what can’t be put in line for good, and goes on with the others', async () => {
  start = async ({ id }) => {
    if (id === 'bad') throw new Error('a bug');
  };
  const answers = [answer({ id: 'bad' }), answer({ id: 'good' })];
  expect(await round(...answers)).toEqual({ started: ['good'], ended: [['bad', 'interrupted']] });
});

it('ends nothing where the queue is away', async () => {
  start = async () => {
    throw dependencyDown('queue');
  };
  expect(await round(answer())).toEqual({ started: [], ended: [] });
});
