import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'auth:public';

/** A route under /api that needs no session. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
