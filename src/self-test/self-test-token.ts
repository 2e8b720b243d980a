import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.js';

const LIFE_MS = 10 * 60_000;
const FORM = /^Bearer self-test\.(\d{1,15})\.([\w-]{43})$/;

/** Shows that whoever asks knows JWT_SECRET: what the doctor sends. It opens nothing but the self-test. */
export function selfTestToken({ JWT_SECRET }: Config): string {
  const until = Date.now() + LIFE_MS;
  return `self-test.${until}.${sign(JWT_SECRET, until)}`;
}

export function isSelfTest({ JWT_SECRET, JWT_SECRET_PREVIOUS }: Config, authorization = ''): boolean {
  const [, until, mac] = FORM.exec(authorization) ?? [];
  if (!until || Date.now() > Number(until)) return false;
  const secrets = [JWT_SECRET, JWT_SECRET_PREVIOUS].filter((secret) => secret !== undefined);
  return secrets.some((secret) => timingSafeEqual(Buffer.from(sign(secret, Number(until))), Buffer.from(mac)));
}

/** Begins with its purpose: nothing else that this secret signs can be taken for it. */
function sign(secret: string, until: number): string {
  return createHmac('sha256', secret).update(`self-test|${until}`).digest('base64url');
}
