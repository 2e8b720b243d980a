// Limits that are in the way of a benchmark. They are raised, not turned off: the server does the work of counting.
const HIGH = '1000000000';

/** All accounts are made from one address, within a minute. */
export const ONE_ADDRESS = { REGISTER_MAX: HIGH, LOGIN_MAX: HIGH };

/** A user here asks again as soon as the answer is there, which is more than a person can. */
export const TIRELESS_ASKER = { MESSAGE_USER_MAX: HIGH };

/** The same for other calls. */
export const TIRELESS_CALLER = { API_MAX: HIGH };
