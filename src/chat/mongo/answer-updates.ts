import { type AnswerEnd, type ClaimOptions, DELETED, type LetGo } from '../store/index.js';
import { type MessageRef, type PartsChange, type Save, type StoredPart, wellFormedParts } from '../store/index.js';
import { worthKeeping, type Writing } from '../store/index.js';
import { entered, GENERATING, type Guarded, IN_WORK, isTooLong } from './chat-collections.js';
import { wellFormed } from '../../../libs/text/index.js';

const NOW = '$$NOW';
/** A stamp that differs from the one before, also within the same millisecond. */
const TOUCHED = { $max: [NOW, { $add: ['$touchedAt', 1] }] };
const UNTOUCHED_MS = { $max: [0, { $subtract: [NOW, '$touchedAt'] }] };

const at = ({ conversationId, id }: MessageRef) => ({ _id: id, conversationId });
const BEING_WRITTEN = { status: { $in: GENERATING }, buried: { $ne: true } };
/** No longer among what is being written. */
const NOT_PENDING = { $cond: [{ $gt: ['$pending', 0] }, null, '$pending'] };
/** What people and providers wrote is never read as an expression. */
const literal = (value: unknown) => ({ $literal: value });
/** Of a text that does not fit, what stands stays: to end it is its owner's. */
const keptText = (text: string) => (text && !isTooLong(text) ? { text: literal(wellFormed(text)) } : {});
const HAS_TEXT = { $ne: ['$text', ''] };
const HAS_PARTS = { $eq: ['$parts.epoch', '$epoch'] };

/** Text and parts are replaced together: thoughts alone replace nothing. */
function kept(text: string | undefined, items?: StoredPart[]): Record<string, unknown> {
  if (text && isTooLong(text)) return {};
  const parts = worthKeeping(items) ? { epoch: '$epoch', items: literal(wellFormedParts(items)) } : null;
  if (text) return { ...keptText(text), parts };
  return items ? { parts: { $cond: [HAS_TEXT, { $ifNull: ['$parts', null] }, parts] } } : {};
}

/** Only what changed of them goes over the wire. */
function changedParts(text: string, { from, items }: PartsChange): Record<string, unknown> {
  if (isTooLong(text)) return {};
  const before = { $cond: [HAS_PARTS, { $slice: ['$parts.items', from] }, []] };
  const behind = literal(wellFormedParts(items));
  const parts = { epoch: '$epoch', items: from > 0 ? { $concatArrays: [before, behind] } : behind };
  if (text) return { parts };
  return { parts: { $cond: [{ $and: [HAS_TEXT, { $not: [HAS_PARTS] }] }, { $ifNull: ['$parts', null] }, parts] } };
}
const NEXT_PARTS = {
  $cond: [HAS_PARTS, { epoch: { $add: ['$epoch', 1] }, items: '$parts.items' }, { $ifNull: ['$parts', null] }],
};
const given = (usage: Writing['usage'] | undefined) => (usage ? { usage: literal(usage) } : {});

export function claimUpdate(
  ref: MessageRef,
  owner: string,
  { staleMs, from, held }: ClaimOptions,
  callId: string,
): Guarded {
  const replaces = { $and: [{ $ne: ['$owner', null] }, { $ne: ['$owner', literal(from ?? null)] }] };
  const isFree = [{ owner: null }, { owner: from ?? null }, { $expr: { $gte: [UNTOUCHED_MS, staleMs] } }];
  return {
    filter: {
      ...{ ...at(ref), ...BEING_WRITTEN, role: 'assistant', $nor: [{ callId, owner }], $or: isFree },
      ...(held ? {} : { heldFor: null }),
    },
    update: [
      {
        $set: {
          ...{ owner: literal(owner), epoch: { $add: ['$epoch', 1] }, touchedAt: TOUCHED, dueAt: null, callId },
          ...{ vanished: replaces, deaths: { $add: ['$deaths', { $cond: [replaces, 1, 0] }] } },
          // What waits for a person goes on from where it was.
          ...(held ? { parts: NEXT_PARTS } : {}),
        },
      },
      // A build before 0.2 takes what it finds with its own `hand` for its own doing.
      { $unset: 'hand' },
    ],
  };
}

function finishReasonOf({ status, finishReason }: AnswerEnd): unknown {
  if (!finishReason || status === 'stopped') return null;
  return status === 'interrupted' ? { $cond: ['$stop', null, finishReason] } : finishReason;
}

function ended(end: AnswerEnd): Record<string, unknown> {
  const interrupted = end.status === 'interrupted';
  return {
    ...{ ...kept(end.text, end.parts), ...given(end.usage), dueAt: null, updatedAt: NOW, writing: false },
    ...{ pending: NOT_PENDING, heldFor: null },
    ...(end.by && { endpoint: literal(end.by.endpoint), model: literal(end.by.model) }),
    status: interrupted ? { $cond: ['$stop', 'stopped', 'interrupted'] } : end.status,
    error: interrupted ? { $cond: ['$stop', null, literal(end.error ?? null)] } : null,
    finishReason: finishReasonOf(end),
    ...(end.text ? enteredWith(wellFormed(end.text)) : { unindexed: true }),
  };
}

function enteredWith(text: string): Record<string, unknown> {
  const how = entered(text);
  return 'tokens' in how ? { tokens: literal(how.tokens) } : how;
}

/** Leaves epoch and `touchedAt` as read: by them the same call is known again. */
export function seizeUpdate(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Guarded {
  const { epoch, touchedAt } = asRead;
  return {
    filter: { ...at(ref), ...BEING_WRITTEN, epoch, touchedAt: new Date(touchedAt) },
    update: [{ $set: { ...ended(end), owner: null } }],
  };
}

/** Keeps the owner: by it the same call is known again. */
export function finishUpdate(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Guarded {
  return {
    filter: { ...at(ref), ...BEING_WRITTEN, epoch, owner },
    update: [{ $set: { ...ended(end), touchedAt: TOUCHED } }],
  };
}

export function saveUpdate({ epoch, owner, text, parts, usage, ...ref }: Save): Guarded {
  const changes = { ...keptText(text), ...(parts && changedParts(text, parts)) };
  return {
    filter: { ...at(ref), ...BEING_WRITTEN, epoch, owner },
    update: [{ $set: { ...changes, ...given(usage), touchedAt: TOUCHED, updatedAt: NOW } }],
  };
}

export function letGoUpdate(ref: MessageRef, epoch: number, owner: string, state: LetGo, callId: string): Guarded {
  const { text, parts, spent, attempts, dueInMs, heldFor = null } = state;
  const stopped = (then: unknown, otherwise: unknown) => ({ $cond: ['$stop', then, otherwise] });
  return {
    filter: { ...at(ref), ...BEING_WRITTEN, epoch, owner },
    update: [
      {
        $set: {
          ...{
            ...kept(text, parts),
            ...given(spent),
            spent: literal(spent),
            attempts,
            touchedAt: TOUCHED,
            updatedAt: NOW,
            callId,
          },
          ...{ owner: stopped('$owner', null), dueAt: stopped(null, dueInMs > 0 ? { $add: [NOW, dueInMs] } : null) },
          ...{
            status: stopped('stopped', '$status'),
            writing: stopped(false, '$writing'),
            unindexed: stopped(true, false),
          },
          ...{ pending: stopped(NOT_PENDING, '$pending'), heldFor: stopped(null, literal(heldFor)) },
        },
      },
    ],
  };
}

export function stopUpdate(ref: MessageRef): Guarded {
  return { filter: { ...at(ref), ...BEING_WRITTEN }, update: [{ $set: { stop: true } }] };
}

/** Also of a turn that is still being accepted. */
export function deletionUpdate(ref: MessageRef): Guarded {
  const status = { status: 'interrupted', error: literal(DELETED), owner: null, dueAt: null, writing: false };
  return {
    filter: { ...at(ref), $or: IN_WORK },
    update: [
      { $set: { ...status, pending: NOT_PENDING, heldFor: null, touchedAt: TOUCHED, updatedAt: NOW, unindexed: true } },
    ],
  };
}
