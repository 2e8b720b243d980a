/** The texts of BullMQ's own Lua scripts: the package ships them, but declares them for its other build only. */
declare module 'bullmq/dist/cjs/scripts/index.js' {
  interface Script {
    name: string;
    content: string;
    keys: number;
  }
  export const addStandardJob: Script;
  export const addPrioritizedJob: Script;
  export const addDelayedJob: Script;
  export const moveJobFromActiveToWait: Script;
  export const moveToActive: Script;
  export const moveToFinished: Script;
  export const moveToDelayed: Script;
  export const removeJob: Script;
}
