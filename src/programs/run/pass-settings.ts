import type { Model } from '../../../libs/models/index.js';
import type { Config } from '../../config/config.js';

/** What the operator lets pass to an endpoint, that is else refused. */
export interface PassSettings {
  passFields: string[];
  /** https addresses of pictures and files go on. */
  remoteMedia: boolean;
}

export function passSettings(config: Pick<Config, 'endpoints'>, { name }: Model): PassSettings {
  const endpoint = config.endpoints.find((one) => one.name === name);
  return { passFields: endpoint?.passFields ?? [], remoteMedia: endpoint?.remoteMedia ?? false };
}
