import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { AppError, dependencyDown } from '../errors/index.js';

const CONNECT_MS = 3000;
/** Longest silence of the server. */
const IDLE_MS = 20_000;
const ATTEMPTS = 5;

export interface S3Options {
  bucket: string;
  region: string;
  /** Of another server than Amazon's. */
  endpoint?: string;
  /** Without both the SDK looks for a key in its own places. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** Whether the bucket is named in the path instead of the host name. */
  forcePathStyle: boolean;
}

/** One bucket of a server that speaks S3. Each call rejects with `dependency_down`, the SDK's error as `cause`. */
export class S3Bucket {
  readonly client: S3Client;
  readonly name: string;

  constructor({ bucket, region, endpoint, accessKeyId, secretAccessKey, forcePathStyle }: S3Options) {
    this.name = bucket;
    this.client = new S3Client({
      ...{ region, endpoint, forcePathStyle, maxAttempts: ATTEMPTS },
      ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
      // Sums of other kinds than S3 has always had are not known to all servers that speak it.
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
    });
  }

  async run<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await work(this.client);
    } catch (error) {
      throw error instanceof AppError ? error : dependencyDown('file store', error);
    }
  }

  /** Really asks for the bucket. */
  async ping(): Promise<void> {
    await this.run((client) => client.send(new HeadBucketCommand({ Bucket: this.name })));
  }

  /** Any number of times. */
  async close(): Promise<void> {
    this.client.destroy();
  }
}

/** What S3 says of an object that is not there: undefined. A bucket that is not there is another thing. */
export function unlessAbsent(error: unknown): undefined {
  const isAbsent = error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name);
  if (!isAbsent) throw error;
}

/** Not every server that speaks S3 knows all of it: what it says then is undefined. */
export function unlessUnknown(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.name === 'NotImplemented') return;
  throw error;
}
