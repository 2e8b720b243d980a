import { Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.service.js';

/** Where features add what they begin when the process serves, and what they do before it goes. */
@Module({ providers: [Lifecycle], exports: [Lifecycle] })
export class LifecycleModule {}
