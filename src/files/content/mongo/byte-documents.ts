import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import mongoose, { type mongo } from 'mongoose';

/** Bytes of a chunk, as drivers take them. */
export const CHUNK_BYTES = 255 * 1024;

/** One form of a content in MongoDB, as GridFS lays files out (its specification, "Terms"): so its tools can read it. */
@Schema({ versionKey: false })
export class BytesDocument {
  @Prop({ type: String }) _id: string;
  /** The name of its address; of what lies aside, or is going, one that is no address. */
  @Prop({ type: String }) filename: string;
  @Prop({ type: Number }) length: number;
  @Prop({ type: Number }) chunkSize: number;
  @Prop({ type: Date }) uploadDate: Date;
  /** Since when it has been lying aside or going, by the server's clock; null: it is kept. */
  @Prop({ type: Date }) asideAt: Date | null;
}

export const bytesSchema = SchemaFactory.createForClass(BytesDocument)
  // FileContents.open, size, drop, list; and that an address has one
  .index({ filename: 1 }, { unique: true })
  // FileContents.clearStaged
  .index({ asideAt: 1 }, { partialFilterExpression: { asideAt: { $gt: new Date(0) } } });

@Schema({ versionKey: false })
export class ChunkDocument {
  /** `<files_id>/<n>`: whoever gets no answer may write it again. */
  @Prop({ type: String }) _id: string;
  @Prop({ type: String }) files_id: string;
  @Prop({ type: Number }) n: number;
  @Prop({ type: mongoose.Schema.Types.Buffer }) data: mongo.Binary;
}

export const chunkSchema = SchemaFactory.createForClass(ChunkDocument)
  // FileContents.open, drop
  .index({ files_id: 1, n: 1 }, { unique: true });
