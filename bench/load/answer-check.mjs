// Checks one answer, event by event, against what the upstream says to this very question. The first thing that is wrong
// is kept as `problem`; an answer with a problem is a failure, however fast it came.

import { TOKEN_CHARS } from '../text.mjs';

export class AnswerCheck {
  problem;
  created;
  final;
  /** Characters of the text so far. */
  length = 0;
  /** The last event that had an id. */
  lastId = '';
  resets = 0;
  #epoch = 0;
  #seq = -1;
  #text = '';
  #words = 0;

  /**
   * `expected` is the whole text; undefined where only its beginning `begin` is known. `resets`: the answer may start
   * over, for processes are replaced meanwhile. Whoever stops it sets `mayStop`.
   */
  constructor({ expected, begin = '', resets = false }) {
    Object.assign(this, { expected, begin, mayReset: resets, mayStop: false });
  }

  get isOver() {
    return this.final !== undefined;
  }

  /** Tokens of the text so far: those of the upstream, or words. */
  get tokens() {
    return this.expected === undefined ? this.#words : Math.floor(this.length / TOKEN_CHARS);
  }

  take({ id, event, data }) {
    if (this.problem) return;
    if (this.final) return this.#wrong(`${event} after the end`);
    if (event === 'queued') {
      if (id) this.#wrong('queued has an id');
      return;
    }
    if (!this.#follows(id, event)) return;
    const content = JSON.parse(data);
    if (event === 'created') this.#create(content);
    else if (event === 'delta') this.#add(content.text);
    else if (event === 'reset') this.#reset(content.reason);
    else if (event === 'final') this.#end(content);
    else this.#wrong(`${event} ${content.code ?? content.reason}`);
  }

  /** No more will come. Returns the problem, if there is one. */
  end() {
    if (!this.final) this.#wrong(this.created ? 'no final' : 'no created');
    return this.problem;
  }

  #wrong(problem) {
    this.problem ??= problem;
  }

  /** Ids in order, without holes: within an epoch one more than the last, a later epoch begins at 0 with `reset`. */
  #follows(id, event) {
    const [epoch, seq] = id.split('-').map(Number);
    const isNext = epoch === this.#epoch && seq === this.#seq + 1;
    const isNewEpoch = epoch > this.#epoch && seq === 0 && event === (epoch === 1 ? 'created' : 'reset');
    if (isNext || isNewEpoch) {
      this.#epoch = epoch;
      this.#seq = seq;
      this.lastId = id;
      return true;
    }
    this.#wrong(seq <= this.#seq && epoch === this.#epoch ? 'an event came twice' : 'a hole between events');
    return false;
  }

  #create(content) {
    if (this.created) return this.#wrong('created came twice');
    this.created = content;
  }

  #add(text) {
    if (!this.created) return this.#wrong('no created');
    if (this.expected === undefined) {
      this.#text += text;
      this.#words += text.match(/\S+/g)?.length ?? 0;
    } else if (!this.expected.startsWith(text, this.length)) return this.#wrong('wrong text');
    this.length += text.length;
  }

  #reset(reason) {
    if (!this.mayReset) return this.#wrong(`reset ${reason}`);
    this.resets++;
    this.length = 0;
    this.#text = '';
    this.#words = 0;
  }

  #end({ message }) {
    if (!this.created) return this.#wrong('no created');
    const text = this.expected === undefined ? this.#text : this.expected.slice(0, this.length);
    const isStopped = this.mayStop && message.status === 'stopped';
    if (message.id !== this.created.messageId) this.#wrong('final of another answer');
    else if (message.text !== text) this.#wrong('final differs from what was streamed');
    else if (message.status !== 'complete' && !isStopped) this.#wrong(`ended as ${message.status}`);
    else if (!isStopped && this.expected !== undefined && text.length < this.expected.length) {
      this.#wrong('text is cut');
    } else if (!text.startsWith(this.begin)) this.#wrong('wrong text');
    this.final = message;
  }
}
