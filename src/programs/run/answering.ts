import type { Told } from '../../../libs/dialects/index.js';
import type { Model, ModelUsage } from '../../../libs/models/index.js';
import type { OpenCall } from '../admission/open-call.js';
import type { ProgramReply } from '../reply/program-reply.js';

/** What one call of a provider has come to. It is filled while it runs, and right wherever that ended. */
export interface Spent {
  /** The provider's count. */
  usage?: ModelUsage;
  /** Bytes of the answer: for an estimate where there is no count. */
  bytes: number;
}

/** What a call runs with. */
export interface Running {
  call: OpenCall;
  model: Model;
  /** As the endpoint calls it. */
  name: string;
  spent: Spent;
  /** The provider has said something. */
  onFirstByte(): void;
}

/** How a call is answered: by the provider's own words, or by ours. */
export interface Answering {
  /** Of the input. */
  estimate(): number;
  stream(running: Running, reply: ProgramReply): Promise<void>;
  /** The whole document, as it is to be sent. */
  whole(running: Running): Promise<Buffer | string>;
  /** An error event. */
  fail(told: Told): string;
}
