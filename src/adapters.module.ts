import { Global, Module } from '@nestjs/common';

/** THE one place where configuration picks an adapter for each port. */
@Global()
@Module({})
export class AdaptersModule {}
