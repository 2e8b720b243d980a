import { wellFormed } from '../../../libs/text/index.js';
import { changed, KNOWN_FORM, type StoredPart, toMessage, validParts } from './message.js';
import type { AnswerEnd, Claim, ClaimOptions, LetGo, Save, SaveResult } from './message.js';
import type { Message, MessageError, StoredMessage, Writing } from './message.js';

/** What a rule comes to: what is to be written, if anything, and what the caller is told. */
export interface Step<T> {
  change?: StoredMessage;
  result: T;
}

/** Why an answer whose conversation was deleted is `interrupted`. */
export const DELETED: MessageError = {
  code: 'conversation_deleted',
  title: 'The conversation was deleted',
  retryable: false,
};

/** Stamps may run ahead of the clock (see `touched`), and clocks are set back: never negative. */
export function untouchedMs({ touchedAt }: Pick<StoredMessage, 'touchedAt'>, now: number): number {
  return Math.max(0, now - touchedAt);
}

export function toWriting(row: StoredMessage, now: number): Writing {
  return { ...row, parts: validParts(row.parts, row.epoch), untouchedMs: untouchedMs(row, now) };
}

/** Whether a sweep may look at an answer that is being written. */
export function isSwept({ needs, heldFor }: Pick<StoredMessage, 'needs' | 'heldFor'>): boolean {
  return needs <= KNOWN_FORM && heldFor === null;
}

/** A stamp that differs from the one before, also within the same millisecond. */
function touched(row: StoredMessage, now: number): number {
  return Math.max(now, row.touchedAt + 1);
}

/** Never text by empty text. Text and parts are replaced together: thoughts alone replace nothing. */
function kept(row: StoredMessage, text: string | undefined, items?: StoredPart[]): Pick<Message, 'text' | 'parts'> {
  if (!text && (row.text !== '' || !items)) return { text: row.text, parts: row.parts };
  return { text: text ? wellFormed(text) : '', parts: changed(null, row.epoch, { from: 0, items: items ?? [] }) };
}

function endStatus(row: StoredMessage, end: AnswerEnd): AnswerEnd['status'] {
  return row.stop && end.status === 'interrupted' ? 'stopped' : end.status;
}

function ended(row: StoredMessage, end: AnswerEnd, now: number): StoredMessage {
  const status = endStatus(row, end);
  return {
    ...row,
    status,
    ...kept(row, end.text, end.parts),
    ...(end.by && { endpoint: end.by.endpoint, model: end.by.model }),
    usage: end.usage ?? row.usage,
    error: status === 'interrupted' ? (end.error ?? null) : null,
    finishReason: status === 'stopped' ? null : (end.finishReason ?? null),
    dueAt: null,
    heldFor: null,
    updatedAt: new Date(now),
  };
}

function isWriter(row: StoredMessage | undefined, epoch: number, owner: string): row is StoredMessage {
  return row?.role === 'assistant' && row.epoch === epoch && row.owner === owner;
}

/** `row` undefined: not there, or under a tombstone. So in all rules but the one for deleting. */
export function claim(
  row: StoredMessage | undefined,
  owner: string,
  { staleMs, from, held }: ClaimOptions,
  now: number,
): Step<Claim> {
  if (!row) return { result: { refused: 'absent' } };
  if (row.status !== 'generating') return { result: { refused: 'ended' } };
  if (row.needs > KNOWN_FORM) return { result: { refused: 'newer' } };
  if (row.heldFor !== null && !held) return { result: { refused: 'held' } };
  if (row.owner === owner && from === undefined) return { result: { claimed: toWriting(row, now), vanished: false } };
  const replaces = row.owner !== null && row.owner !== from;
  if (replaces && untouchedMs(row, now) < staleMs) return { result: { refused: 'busy' } };
  const change: StoredMessage = {
    ...row,
    epoch: row.epoch + 1,
    owner,
    touchedAt: touched(row, now),
    dueAt: null,
    deaths: row.deaths + (replaces ? 1 : 0),
    // What waits for a person goes on from where it was.
    parts: held && row.parts?.epoch === row.epoch ? { ...row.parts, epoch: row.epoch + 1 } : row.parts,
  };
  return { change, result: { claimed: toWriting(change, now), vanished: replaces } };
}

/** Leaves epoch and `touchedAt` as read: by them the same call is known again. */
export function seize(
  row: StoredMessage | undefined,
  asRead: { epoch: number; touchedAt: number },
  end: AnswerEnd,
  now: number,
): Step<boolean> {
  if (!row || row.role !== 'assistant') return { result: false };
  if (row.needs > KNOWN_FORM) return { result: false };
  if (row.epoch !== asRead.epoch || row.touchedAt !== asRead.touchedAt) return { result: false };
  if (row.status !== 'generating') return { result: row.owner === null && row.status === endStatus(row, end) };
  return { change: { ...ended(row, end, now), owner: null }, result: true };
}

/** Keeps the owner: by it the same call is known again. */
export function finish(
  row: StoredMessage | undefined,
  epoch: number,
  owner: string,
  end: AnswerEnd,
  now: number,
): Step<Message | null> {
  if (!isWriter(row, epoch, owner)) return { result: null };
  if (row.status !== 'generating') return { result: row.status === endStatus(row, end) ? toMessage(row) : null };
  const change = { ...ended(row, end, now), touchedAt: touched(row, now) };
  return { change, result: toMessage(change) };
}

/** Whether parts of this epoch go with the text that stands after a save. */
function mayReplace(row: StoredMessage, text: string): boolean {
  return text !== '' || row.text === '' || row.parts?.epoch === row.epoch;
}

export function save(
  row: StoredMessage | undefined,
  { epoch, owner, text, parts, usage }: Save,
  now: number,
): Step<Pick<SaveResult, 'held' | 'stop'>> {
  const held = isWriter(row, epoch, owner) && row.status === 'generating';
  if (!held) return { result: { held, stop: row?.stop ?? false } };
  const change: StoredMessage = {
    ...row,
    text: text ? wellFormed(text) : row.text,
    parts: parts && mayReplace(row, text) ? changed(row.parts, epoch, parts) : row.parts,
    usage: usage ?? row.usage,
    touchedAt: touched(row, now),
    updatedAt: new Date(now),
  };
  return { change, result: { held, stop: row.stop } };
}

export function letGo(
  row: StoredMessage | undefined,
  epoch: number,
  owner: string,
  state: LetGo,
  now: number,
): Step<Writing | null> {
  if (!isWriter(row, epoch, owner) || row.status !== 'generating') return { result: null };
  const free: StoredMessage = {
    ...row,
    ...kept(row, state.text, state.parts),
    // The present attempt is over: what was spent so far is all there is, should nobody go on.
    usage: state.spent ?? row.usage,
    spent: state.spent,
    attempts: state.attempts,
    touchedAt: touched(row, now),
    updatedAt: new Date(now),
  };
  const change = row.stop
    ? ended(free, { status: 'stopped' }, now)
    : {
        ...free,
        ...{ owner: null, heldFor: state.heldFor ?? null, dueAt: state.dueInMs > 0 ? now + state.dueInMs : null },
      };
  return { change, result: toWriting(change, now) };
}

export function requestStop(row: StoredMessage | undefined, now: number): Step<Writing | null> {
  if (!row || row.status !== 'generating' || row.needs > KNOWN_FORM) return { result: null };
  if (row.stop) return { result: toWriting(row, now) };
  const change = { ...row, stop: true };
  return { change, result: toWriting(change, now) };
}

/** `row` also where it is under a tombstone. */
export function seizeForDeletion(row: StoredMessage | undefined, now: number): Step<Message | null> {
  if (!row) return { result: null };
  if (row.status !== 'generating') return { result: row.error?.code === DELETED.code ? toMessage(row) : null };
  const change: StoredMessage = {
    ...row,
    ...{ status: 'interrupted', error: DELETED, owner: null, dueAt: null, heldFor: null },
    ...{ touchedAt: touched(row, now), updatedAt: new Date(now) },
  };
  return { change, result: toMessage(change) };
}
