import { decode, encode, type Doc } from './bson.js';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
/** No reply is wanted; on a reply: more of them follow without being asked for. */
export const MORE_TO_COME = 2;
export const EXHAUST_ALLOWED = 1 << 16;

export interface Request {
  id: number;
  /** The driver's very first handshake comes in the old form, and is answered in it. */
  legacy: boolean;
  flags: number;
  command: Doc;
}

/** Reads one message: OP_MSG with a body and document sequences, or the handshake's OP_QUERY. */
export function parseRequest(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) return { id, legacy: true, flags: 0, command: parseQuery(message) };
  if (opCode !== OP_MSG) throw new Error(`message of kind ${opCode}`);
  const flags = message.readUInt32LE(16);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  return { id, legacy: false, flags, command: parseSections(message.subarray(20, end)) };
}

function parseQuery(message: Buffer): Doc {
  const nameEnd = message.indexOf(0, 20);
  const namespace = message.toString('utf8', 20, nameEnd);
  const query = decodeAt(message, nameEnd + 1 + 8).doc;
  const command: Doc = query.$query ?? query;
  command.$db ??= namespace.split('.')[0];
  return command;
}

function parseSections(sections: Buffer): Doc {
  let command: Doc = {};
  const sequences: Doc = {};
  for (let at = 0; at < sections.length;) {
    const kind = sections[at++];
    const size = sections.readInt32LE(at);
    if (kind === 0) command = decodeAt(sections, at).doc;
    else if (kind === 1) readSequence(sections.subarray(at, at + size), sequences);
    else throw new Error(`section of kind ${kind}`);
    at += size;
  }
  return Object.assign(command, sequences);
}

function readSequence(section: Buffer, into: Doc): void {
  const nameEnd = section.indexOf(0, 4);
  const docs: Doc[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const { doc, size } = decodeAt(section, at);
    docs.push(doc);
    at += size;
  }
  into[section.toString('utf8', 4, nameEnd)] = docs;
}

function decodeAt(bytes: Buffer, at: number): { doc: Doc; size: number } {
  const size = bytes.readInt32LE(at);
  return { doc: decode(bytes.subarray(at, at + size)), size };
}

let lastId = 0;

/** A reply's bytes and its id. `responseTo` is the request, or in a stream of replies the one before. */
export function buildReply(
  legacy: boolean,
  responseTo: number,
  doc: Doc,
  flags = 0,
): { id: number; bytes: Uint8Array } {
  const body = encode(doc);
  const id = (lastId = (lastId + 1) & 0x7fffffff);
  const head = Buffer.alloc(legacy ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  if (legacy) {
    head.writeInt32LE(8, 16);
    head.writeInt32LE(1, 32);
  } else head.writeUInt32LE(flags, 16);
  return { id, bytes: Buffer.concat([head, body]) };
}
