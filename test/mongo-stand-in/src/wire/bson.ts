import { BSON, type DeserializeOptions } from 'bson';

/** A document, a command or a part of one. What is in it came over the wire, so nothing is known about it. */
export type Doc = Record<string, any>;

const decoding: DeserializeOptions = {
  promoteValues: true,
  promoteLongs: true,
  promoteBuffers: false,
  bsonRegExp: false,
  allowObjectSmallerThanBufferSize: true,
};

export const decode = (bytes: Uint8Array): Doc => BSON.deserialize(bytes, decoding);

export const encode = (doc: Doc): Uint8Array => BSON.serialize(doc, { ignoreUndefined: true });

export const sizeOf = (doc: Doc): number => BSON.calculateObjectSize(doc, { ignoreUndefined: true });
