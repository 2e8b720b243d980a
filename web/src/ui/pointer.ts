/** Where a keyboard comes up on the screen with the focus, the focus goes only where people put it. */
export const hasFinePointer = (): boolean => matchMedia('(pointer: fine)').matches;

/** On a keyboard on the screen Enter is the only way to a new line. */
export const hasCoarsePointer = (): boolean => matchMedia('(pointer: coarse)').matches;
