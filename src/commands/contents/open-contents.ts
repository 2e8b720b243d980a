import { Metrics } from '../../../libs/metrics/index.js';
import { Clients } from '../../clients/clients.service.js';
import type { Config } from '../../config/config.js';
import type { FileContents } from '../../files/content/file-contents.js';
import { fileContents } from '../../files/files.module.js';

/** The bytes of files as the servers of this configuration have them. `close` lets go of what they lie in. */
export async function openContents(config: Config): Promise<{ contents: FileContents; close(): Promise<void> }> {
  const clients = new Clients(config, new Metrics());
  const contents = await fileContents[config.FILES](clients, config);
  return { contents, close: () => clients.close() };
}
