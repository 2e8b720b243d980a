import type { Socket } from 'node:net';
import { Binary, Long } from 'bson';
import { CODES, ServerError } from '../errors.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import { Framer } from '../wire/framer.js';
import { buildReply, EXHAUST_ALLOWED, MORE_TO_COME, parseRequest, type Request } from '../wire/messages.js';
import { dispatch } from './dispatch.js';
import { errorReply, failedWith, labelsOf } from './error-reply.js';
import { block, type Failure } from './fail-points.js';
import { hello } from './hello.js';
import type { Node } from './node.js';

const NO_SIGNATURE = { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO };

/** One client's connection to one node. Its commands run one after the other. */
export class Connection {
  appName: string | undefined;
  private closed = false;
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly node: Node,
    private readonly socket: Socket,
  ) {
    const framer = new Framer((message) => this.receive(parseRequest(message)));
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      try {
        framer.push(chunk);
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (this.closed = true));
  }

  get peer(): string {
    return `${this.socket.remoteAddress}:${this.socket.remotePort}`;
  }

  private receive(request: Request): void {
    this.busy = this.busy.then(() => this.serve(request)).catch(() => void this.socket.destroy());
  }

  private async serve(request: Request): Promise<void> {
    const [name] = Object.keys(request.command);
    const isHello = name === 'hello' || name.toLowerCase() === 'ismaster';
    if (isHello && request.command.topologyVersion)
      return void this.streamHello(request).catch(() => this.socket.destroy());
    const failure = this.node.begin(name, this.appName);
    await block(failure);
    if (failure.closeConnection) return void this.socket.destroy();
    const reply = await this.replyTo(request.command, name, failure);
    if (request.flags & MORE_TO_COME) return;
    this.send(request, request.id, reply);
  }

  private async replyTo(command: Doc, name: string, { error, writeConcernError }: Failure): Promise<Doc> {
    const { topologyVersion } = this.node;
    if (error) {
      const errmsg = "Failing command via 'failCommand' failpoint";
      const fields = { errmsg, codeName: 'FailCommand', ...(error.labels && { errorLabels: error.labels }) };
      return failedWith(error.code, command, name, topologyVersion, fields);
    }
    try {
      if (this.node.set.refuses(command)) throw new ServerError('FailedToParse', 'this server does not know that');
      const reply = { ...(await dispatch(this.node, this, command, name)), ok: 1 };
      if (!writeConcernError) return reply;
      const errorLabels = labelsOf(toNumber(writeConcernError.code) ?? 0, command, name);
      return { ...reply, writeConcernError, ...(errorLabels.length > 0 && { errorLabels }) };
    } catch (cause) {
      if (cause instanceof ServerError) return errorReply(cause, command, name, this.node.topologyVersion);
      const errmsg = `the stand-in failed: ${(cause as Error).stack ?? String(cause)}`;
      return { ok: 0, code: CODES.InternalError, codeName: 'InternalError', errmsg };
    }
  }

  /** Answers when the topology has changed or the time is over, and goes on by itself where the client allows it. */
  private async streamHello(request: Request): Promise<void> {
    const isExhaust = (request.flags & EXHAUST_ALLOWED) !== 0;
    let known: Doc = request.command.topologyVersion;
    let responseTo = request.id;
    do {
      await this.node.changedSince(known, toNumber(request.command.maxAwaitTimeMS) ?? 0);
      known = this.node.topologyVersion;
      responseTo = this.send(request, responseTo, { ...hello(this.node), ok: 1 }, isExhaust ? MORE_TO_COME : 0);
    } while (isExhaust && !this.closed && this.node.alive);
  }

  private send(request: Request, responseTo: number, reply: Doc, flags = 0): number {
    const time = this.node.set.store.clock.operationTime;
    const stamped = { ...reply, $clusterTime: { clusterTime: time, signature: NO_SIGNATURE }, operationTime: time };
    const { id, bytes } = buildReply(request.legacy, responseTo, stamped, flags);
    if (!this.closed && !this.node.muted) this.socket.write(bytes);
    return id;
  }
}
