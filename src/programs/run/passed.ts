import type { FastifyRequest } from 'fastify';
import { hear, PassedStream, type Heard, type StreamWriter, type Told } from '../../../libs/dialects/index.js';
import type { Forwarded, Model } from '../../../libs/models/index.js';
import type { Offered } from '../offered/offered-models.service.js';
import type { ProgramReply } from '../reply/program-reply.js';
import type { Answering, Running } from './answering.js';
import { estimateBody } from './estimate.js';
import type { PassSettings } from './pass-settings.js';
import { bytesOf, objectOf, refusalOf } from './refused.js';
import type { Head, Spoken } from './spoken.js';

/** A whole answer may hold pictures. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface PassOptions extends PassSettings {
  headers: Record<string, string>;
}

/** What a program says to the provider beside the body. */
export function headersOf({ headers: names }: Spoken, { headers }: FastifyRequest): Record<string, string> {
  const said = names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]]));
  return Object.fromEntries(said) as Record<string, string>;
}

/** The provider speaks as the program does: it gets the program's words, and the program its. */
export class Passed implements Answering {
  private readonly body: Record<string, unknown>;
  private readonly headers: Record<string, string>;

  /** Throws a DialectError. */
  constructor(
    private readonly spoken: Spoken,
    body: unknown,
    private readonly asked: Head,
    private readonly writer: StreamWriter,
    { name }: Offered,
    { headers, ...options }: PassOptions,
  ) {
    this.body = spoken.rewrite(body, { model: name, ...options });
    this.headers = headers;
  }

  estimate(): number {
    return estimateBody(this.body);
  }

  async stream(running: Running, reply: ProgramReply): Promise<void> {
    const { model, name, spent } = running;
    const answer = await this.send(running);
    const passed = new PassedStream(this.spoken.reader(this.asked));
    try {
      for await (const chunk of answer.body) {
        running.onFirstByte();
        const bytes = passed.feed(chunk);
        spent.bytes += bytes.length;
        const taken = reply.write(bytes);
        if (taken) await taken;
        this.requireSound(passed.heard, model, name);
      }
    } finally {
      spent.usage = passed.heard.usage;
    }
    const rest = passed.end();
    this.requireSound(passed.heard, model, name);
    if (!passed.heard.isComplete) throw model.forwardError('broke_off', name);
    reply.begin();
    reply.end(rest);
  }

  async whole(running: Running): Promise<Buffer> {
    const { model, name, spent } = running;
    const answer = await this.send(running);
    const bytes = await bytesOf(answer.body, MOST_BYTES);
    running.onFirstByte();
    const document = bytes && objectOf(bytes.toString());
    if (!bytes || !document) throw model.forwardError('no_answer', name);
    const heard = hear(this.spoken.reader(this.asked), document);
    spent.usage = heard.usage;
    spent.bytes = bytes.length;
    this.requireSound(heard, model, name);
    return bytes;
  }

  fail(told: Told): string {
    return this.writer.fail(told);
  }

  private async send({ call, model, name }: Running): Promise<Forwarded> {
    const answer = await model.forward(this.spoken.path, this.body, call.signal, this.headers);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw await refusalOf(model, name, answer);
  }

  private requireSound({ problem }: Heard, model: Model, name: string): void {
    if (problem) throw model.forwardError({ problem }, name);
  }
}
