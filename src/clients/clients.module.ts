import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { Clients } from './clients.service.js';

/** The connections and the database file of which adapters are made. */
@Module({ imports: [LifecycleModule, ObservabilityModule], providers: [Clients], exports: [Clients] })
export class ClientsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly clients: Clients,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServeFirst(() => this.clients.settle());
  }

  onApplicationShutdown(): Promise<void> {
    return this.clients.close();
  }
}
