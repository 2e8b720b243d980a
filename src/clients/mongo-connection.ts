import type { LazyModuleLoader } from '@nestjs/core';
import { getConnectionToken, MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { connectionOptions, type MongoOptions } from '../../libs/mongo/index.js';

/**
 * The connection of `@nestjs/mongoose`, under `name`, when the first adapter asks for it. It is being made, and nobody waits
 * for it: the server listens also while the database is away. Nest calls no hooks of a module that is loaded late: the
 * connection is closed by who asked. Throws where the address makes no sense.
 */
export async function mongoConnection(
  modules: LazyModuleLoader,
  name: string,
  options: MongoOptions,
): Promise<Connection> {
  const root = { ...connectionOptions(options), connectionName: name, lazyConnection: true };
  const module = await modules.load(() => MongooseModule.forRoot(options.uri, root));
  return module.get<Connection>(getConnectionToken(name), { strict: false });
}
