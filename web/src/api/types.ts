// What the server's answers hold: the contract's own types. A page that stays open may meet an older server and a newer one:
// what only a new one says may be missing, and codes and reasons may be others.
import type { File as NewFile } from '../../../src/contract/files.js';
import type { Message as NewMessage } from '../../../src/contract/message.js';
import type { Part } from '../../../src/contract/parts.js';

export type { RunningAnswer } from '../../../src/contract/ask.js';
export type { Conversation } from '../../../src/contract/conversation.js';
export type { Usage } from '../../../src/contract/message.js';
export type { AdminKey, ApiKey, KeyMade, KeyPage, KeyScope } from '../../../src/contract/keys.js';
export type { Page } from '../../../src/contract/page.js';
export type { Part } from '../../../src/contract/parts.js';
export type { MessageHit, TitleHit } from '../../../src/contract/search.js';
export type { LoggedIn, Session, User } from '../../../src/contract/user.js';

export type Message = Omit<NewMessage, 'finishReason' | 'error' | 'parts'> & {
  /** Some may be of kinds that only a newer server knows. */
  parts?: readonly Part[];
  finishReason?: NewMessage['finishReason'];
  error?: Failure | null;
};

/** A file of a message. */
export type FilePart = Extract<Part, { type: 'file' }>;
/** What an answer was drawn from. */
export type SourcePart = Extract<Part, { type: 'source-document' }>;

/** Something that was uploaded. What is wrong with it may be what only a newer server knows. */
export type UploadedFile = Omit<NewFile, 'error'> & { error?: { code: string; params?: object } };

/** Why an answer failed. */
export interface Failure {
  code: string;
  retryable: boolean;
  params?: object;
}
