import { Module } from '@nestjs/common';
import { SelfTestController } from './self-test.controller.js';

/** The server's part of `npm run doctor`; the command's is loaded by cli.ts. Needs Config and Lifecycle. */
@Module({ controllers: [SelfTestController] })
export class DoctorModule {}
