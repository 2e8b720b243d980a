import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RealtimeGateway } from './realtime.gateway.js';
import { SessionWatch } from './session-watch.js';

@Module({ imports: [AuthModule], providers: [RealtimeGateway, SessionWatch], exports: [RealtimeGateway] })
export class RealtimeModule {}
