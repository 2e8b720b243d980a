import type { FactoryProvider } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { PLACES } from '../config/placement.js';
import { Clients } from './clients.service.js';

/** Loads an adapter and makes it, over a client that is opened when the first adapter asks for it. */
export type Make<T> = (clients: Clients, config: Config) => Promise<T>;

/** The adapters of a port, by the values of the variable that picks one: a value without an adapter does not compile. */
export type Adapters<T, V extends (typeof PLACES)[number]> = Record<Config[V], Make<T>>;

/** The port with the adapter that was picked. That is closed with the application, before the clients. */
export function adapter<T extends object>(
  port: abstract new (...args: never[]) => T,
  make: Make<T>,
): FactoryProvider<T> {
  return {
    provide: port,
    inject: [Clients, Config],
    useFactory: async (clients: Clients, config: Config) => clients.carry(await make(clients, config)),
  };
}
