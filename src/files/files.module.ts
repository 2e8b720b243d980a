import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChatModule } from '../chat/chat.module.js';
import { adapter, type Adapters, type Make } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { FileContentController } from './api/file-content.controller.js';
import { FilesController } from './api/files.controller.js';
import { FileContents } from './content/file-contents.js';
import { FileMetrics } from './keeping/file-metrics.service.js';
import { Extraction } from './keeping/extraction.service.js';
import { FileForms } from './keeping/file-forms.service.js';
import { FileRemoval } from './keeping/file-removal.service.js';
import { FileSweep } from './keeping/file-sweep.service.js';
import { Holders } from './keeping/holders.service.js';
import { FileReader } from './reading/file-reader.js';
import { ContentRecords, FileRows, FileStore, Readings, Reservations } from './store/index.js';
import { Uploads } from './upload/uploads.service.js';

const stores = {
  memory: async () => (await import('./store/memory/file-store.js')).memoryFileStore(),
  sqlite: async (clients) => (await import('./store/sqlite/file-store.js')).sqliteFileStore(clients.sqlite()),
  mongo: async (clients) => (await import('./store/mongo/file-store.js')).mongoFileStore(await clients.mongo()),
} satisfies Adapters<FileStore, 'STORE'>;

/** Also for commands, which work beside the servers. */
export const fileContents = {
  memory: async () => new (await import('./content/memory/file-contents.js')).MemoryFileContents(),
  disk: async (_clients, { DATA_DIR }) =>
    new (await import('./content/disk/file-contents.js')).DiskFileContents(join(DATA_DIR, 'files')),
  mongo: async (clients) =>
    new (await import('./content/mongo/file-contents.js')).MongoFileContents(await clients.mongo()),
  s3: async (clients) => new (await import('./content/s3/file-contents.js')).S3FileContents(await clients.s3()),
} satisfies Adapters<FileContents, 'FILES'>;

const reader: Make<FileReader> = async (_clients, { FILE_IMAGE_MAX_PIXELS: maxPixels }) =>
  new (await import('./reading/child-file-reader.js')).ChildFileReader({ maxPixels });

/** What people upload. Which message holds a file is said by `generation`, above. */
@Module({})
export class FilesModule {
  static readonly forRoot = perConfig((config) => ({
    module: FilesModule,
    imports: [
      ...[LifecycleModule, ObservabilityModule, ClientsModule],
      ...[RateLimitModule.forRoot(config), AuthModule.forRoot(config), ChatModule.forRoot(config)],
    ],
    controllers: [FilesController, FileContentController],
    providers: [
      adapter(FileStore, stores[config.STORE]),
      adapter(FileContents, fileContents[config.FILES]),
      adapter(FileReader, reader),
      { provide: FileRows, inject: [FileStore], useFactory: (store: FileStore) => store.files },
      { provide: Readings, inject: [FileStore], useFactory: (store: FileStore) => store.readings },
      { provide: Reservations, inject: [FileStore], useFactory: (store: FileStore) => store.reservations },
      { provide: ContentRecords, inject: [FileStore], useFactory: (store: FileStore) => store.contents },
      ...[FileMetrics, Extraction, FileForms, FileRemoval, FileSweep, Holders, Uploads],
    ],
    exports: [FileRows, ContentRecords, FileContents, FileForms, FileRemoval, Holders],
  }));
}
