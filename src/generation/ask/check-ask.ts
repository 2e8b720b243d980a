import type { FieldProblem } from '../../../libs/errors/index.js';
import type { AskBody } from '../../contract/ask.js';
import { validationFailed } from '../../http/validation.pipe.js';
import { isId } from '../../../libs/ids/index.js';

/** What the fields say together. Throws `validation_failed`. */
export function checkAsk(body: AskBody, maxChars: number): void {
  const { message, files = [], conversationId, parentMessageId, answerTo } = body;
  if (answerTo !== undefined) {
    const conflicts = { code: 'conflicts', params: { with: 'answerTo' } } as const;
    if (message !== undefined) refuse('message', 'does not go with answerTo', conflicts);
    if (files.length > 0) refuse('files', 'does not go with answerTo', conflicts);
    if (parentMessageId !== undefined) refuse('parentMessageId', 'does not go with answerTo', conflicts);
    if (conversationId === undefined) requireConversation('answerTo');
    return;
  }
  checkText(message, files);
  if (message && message.length > maxChars) {
    const words = `must have at most ${maxChars} characters`;
    refuse('message', words, { code: 'too_long', params: { maximum: maxChars } });
  }
  if (parentMessageId && conversationId === undefined) requireConversation('parentMessageId');
}

/** A question of files alone needs no words. */
function checkText(message: string | undefined, files: string[]): void {
  if (new Set(files).size < files.length) refuse('files', 'must not name a file twice', { code: 'invalid' });
  if (files.length > 0) return;
  if (message === undefined) return refuse('message', 'is required', { code: 'required' });
  if (message.trim() === '') refuse('message', 'must not be empty', { code: 'empty' });
}

function requireConversation(field: string): never {
  return refuse('conversationId', `is required with ${field}`, { code: 'required', params: { with: field } });
}

function refuse(path: string, message: string, problem: FieldProblem): never {
  throw validationFailed([{ path, message, ...problem }]);
}

const MAX_KEY = 255;

/** Checks the `Idempotency-Key` header. Throws `validation_failed`. */
export function checkKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = String(header);
  if (key.length >= 1 && key.length <= MAX_KEY) return key;
  const problem =
    key === '' ? ({ code: 'empty' } as const) : ({ code: 'too_long', params: { maximum: MAX_KEY } } as const);
  return refuse('Idempotency-Key', `must have 1 to ${MAX_KEY} characters`, problem);
}

/** Whether an id may name something; anything else is unknown without a look. */
export function mayName(id: string | null | undefined): boolean {
  return id === null || id === undefined || isId(id);
}
