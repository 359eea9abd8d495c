// Training: the only user of TensorFlow.js.
export type { BatchEvent, EpochEvent, EpochRecord, TrainEvent } from "./events.ts";
export { type TrainInput, type TrainResult, train } from "./train.ts";
