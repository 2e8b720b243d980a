/** Each with an instance's id behind it: a worker tells a holder that it is a call's turn, a holder that it is over. */
export const TURN_TOPIC = 'call.turn:';
export const OVER_TOPIC = 'call.over:';
