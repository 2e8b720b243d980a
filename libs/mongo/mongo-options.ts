import mongoose, { type ConnectOptions, type mongo } from 'mongoose';

/** Where the replica set is and how much of it this process takes. What is left out is the driver's default. */
export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; the database's name is its path. */
  uri: string;
  maxPoolSize?: number;
  minPoolSize?: number;
  maxConnecting?: number;
  maxIdleTimeMS?: number;
  waitQueueTimeoutMS?: number;
  /** How long one attempt looks for a server that can serve it. */
  serverSelectionTimeoutMS?: number;
  /** How long a call is repeated while the database is away, from its first attempt. */
  retryForMs?: number;
  /** Is told how long each operation took, with its repetitions. */
  operationTook?: (seconds: number) => void;
  /** Emit each command as an event of the driver: for tests. */
  monitorCommands?: boolean;
}

/** Shorter than `retryForMs`, so that a call makes several attempts. */
const SERVER_SELECTION_MS = 2500;
/** A server that went silent without closing its connections is given up after both together. */
const CONNECT_MS = 5000;
const HEARTBEAT_MS = 5000;
/** After this a server tells that a majority did not confirm, instead of holding the connection. */
const WRITE_CONCERN_MS = 5000;

/**
 * What is acknowledged is kept: a majority has it, in its journal. What is read was kept by a majority, so nothing that a
 * guard saw is rolled back later.
 */
export function driverOptions(options: MongoOptions): mongo.MongoClientOptions {
  const { uri: _, retryForMs: __, operationTook: ___, ...given } = options;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: CONNECT_MS,
    heartbeatFrequencyMS: HEARTBEAT_MS,
    ...set,
    appName: 'parley',
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_CONCERN_MS },
    readConcern: { level: 'majority' },
    retryWrites: true,
    retryReads: true,
    ignoreUndefined: true,
  };
}

/** The same for mongoose, which is to make nothing by itself and to let no call wait. Throws where the address makes no sense. */
export function connectionOptions(options: MongoOptions): ConnectOptions {
  const driver = driverOptions(options);
  new mongoose.mongo.MongoClient(options.uri, driver);
  return { ...driver, autoIndex: false, autoCreate: false, bufferCommands: false };
}
