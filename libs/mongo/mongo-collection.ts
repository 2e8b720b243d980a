import type { mongo, Schema } from 'mongoose';

/** How a collection gets to its database: see `MongoDatabase.run`. */
export type Run = <R>(work: (db: mongo.Db) => Promise<R>) => Promise<R>;

/** One collection: its declared indexes, and a way to it that lasts through an election. */
export class MongoCollection<T extends mongo.Document> {
  private indexed: Promise<void> | undefined;

  constructor(
    private readonly runOnDatabase: Run,
    readonly name: string,
    private readonly schema: Schema,
    readonly lazy: boolean,
  ) {}

  /** For work over several collections, within `MongoDatabase.run`. */
  of(db: mongo.Db): mongo.Collection<T> {
    return db.collection<T>(this.name);
  }

  /** Runs idempotent `work`: see `MongoDatabase.run`. */
  run<R>(work: (collection: mongo.Collection<T>) => Promise<R>): Promise<R> {
    return this.runOnDatabase((db) => work(this.of(db)));
  }

  /** The same for what may only be written where the indexes stand: a unique value, a first document. */
  async runIndexed<R>(work: (collection: mongo.Collection<T>) => Promise<R>): Promise<R> {
    await this.ensureIndexes();
    return this.run(work);
  }

  /** Makes the declared indexes, once; where it fails, the next call tries again. */
  ensureIndexes(): Promise<void> {
    this.indexed ??= this.makeIndexes().catch((error: unknown) => {
      this.indexed = undefined;
      throw error;
    });
    return this.indexed;
  }

  /** The indexes that the schema declares. */
  get declared(): mongo.IndexDescription[] {
    return this.schema.indexes().map(([key, { background: _, ...options }]) => {
      return { ...options, key } as mongo.IndexDescription;
    });
  }

  private async makeIndexes(): Promise<void> {
    const { declared } = this;
    if (declared.length > 0) await this.run((collection) => collection.createIndexes(declared));
  }
}
