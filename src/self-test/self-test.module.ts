import { Module } from '@nestjs/common';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { SelfTestController } from './self-test.controller.js';

/** The server's part of `npm run doctor`; the command's is loaded by cli.ts. */
@Module({ imports: [LifecycleModule], controllers: [SelfTestController] })
export class SelfTestModule {}
