import { Config } from '../config/config.js';

/** The limits by name, as clients read them in `RateLimit-Policy`. */
export type PolicyName =
  | 'message-user'
  | 'message-ip'
  | 'login'
  | 'login-account'
  | 'login-account-all'
  | 'register'
  | 'upload-user'
  | 'program-user'
  | 'api'
  | 'tokens-user';

/** At most `max` hits in a window of `windowMs`; `max` 0: no limit. */
export interface Policy {
  max: number;
  windowMs: number;
}

const MINUTE_MS = 60_000;
/** LOGIN_ACCOUNT_MAX from each of so many addresses closes an account to addresses where it is not signed in. */
const ADDRESSES = 10;

const limit = (max: number, minutes: number): Policy => ({ max, windowMs: minutes * MINUTE_MS });

/** All policies, as configured. */
export function policiesOf(config: Config): Record<PolicyName, Policy> {
  return {
    'message-user': limit(config.MESSAGE_USER_MAX, config.MESSAGE_USER_WINDOW),
    'message-ip': limit(config.MESSAGE_IP_MAX, config.MESSAGE_IP_WINDOW),
    login: limit(config.LOGIN_MAX, config.LOGIN_WINDOW),
    'login-account': limit(config.LOGIN_ACCOUNT_MAX, config.LOGIN_WINDOW),
    'login-account-all': limit(config.LOGIN_ACCOUNT_MAX * ADDRESSES, config.LOGIN_WINDOW),
    register: limit(config.REGISTER_MAX, config.REGISTER_WINDOW),
    'upload-user': limit(config.FILE_USER_MAX, config.FILE_USER_WINDOW),
    'program-user': limit(config.PROGRAM_USER_MAX, config.PROGRAM_USER_WINDOW),
    api: limit(config.API_MAX, config.API_WINDOW),
    'tokens-user': limit(config.TOKENS_USER_MAX, config.TOKENS_USER_WINDOW),
  };
}
