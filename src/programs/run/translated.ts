import {
  Answer,
  answerId,
  type AnswerHead,
  type StreamWriter,
  type Told,
  withoutRemote,
} from '../../../libs/dialects/index.js';
import type { ModelChunk, ModelRequest } from '../../../libs/models/index.js';
import type { Offered } from '../offered/offered-models.service.js';
import type { ProgramReply } from '../reply/program-reply.js';
import type { Answering, Running } from './answering.js';
import { estimateBody } from './estimate.js';
import type { Head, Spoken } from './spoken.js';

/** The model is asked in our own form, and what it says written in the program's dialect. */
export class Translated implements Answering {
  private readonly request: ModelRequest;
  private readonly head: AnswerHead;
  private readonly writer: StreamWriter;

  /** Throws a DialectError. */
  constructor(
    private readonly spoken: Spoken,
    private readonly body: unknown,
    asked: Head,
    { model, name, id }: Offered,
    ids: { call: string; request: string },
    passFields: string[],
  ) {
    const { request } = spoken.parse(body, { passFields, upstream: model.dialect });
    this.request = { ...withoutRemote(request), model: name };
    this.head = { id: answerId(spoken.dialect, ids.call), model: id, createdAt: Math.floor(Date.now() / 1000) };
    const inputTokens = () => this.estimate();
    this.writer = spoken.writer({ head: this.head, asked, requestId: ids.request, inputTokens });
  }

  estimate(): number {
    return estimateBody(this.body);
  }

  async stream(running: Running, reply: ProgramReply): Promise<void> {
    for await (const chunk of this.chunks(running)) {
      const taken = reply.write(this.writer.write(chunk));
      if (taken) await taken;
    }
    reply.end(this.end(reply));
  }

  async whole(running: Running): Promise<string> {
    const answer = new Answer(this.spoken.keepsCallMetadata);
    for await (const chunk of this.chunks(running)) answer.add(chunk);
    answer.close();
    return JSON.stringify(this.spoken.whole(this.head, answer));
  }

  fail(told: Told): string {
    return this.writer.fail(told);
  }

  /** Also of an answer without a word. */
  private end(reply: ProgramReply): string {
    reply.begin();
    return this.writer.end();
  }

  private async *chunks({ call, model, spent, onFirstByte }: Running): AsyncGenerator<ModelChunk> {
    for await (const chunk of model.stream(this.request, call.signal)) {
      onFirstByte();
      if ('usage' in chunk) spent.usage = chunk.usage;
      else spent.bytes += bytesOf(chunk);
      yield chunk;
    }
  }
}

function bytesOf(chunk: ModelChunk): number {
  if ('text' in chunk) return Buffer.byteLength(chunk.text);
  if ('reasoning' in chunk) return Buffer.byteLength(chunk.reasoning);
  return 'toolCall' in chunk ? Buffer.byteLength(chunk.toolCall.input ?? '') : 0;
}
