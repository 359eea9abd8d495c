// Every message that tells a person of their mistake: what was found, what was expected, what to do. One file a subject.
// Each is a function so that tests assert on codes, and wording is reviewed in one folder.
export * from "./messages/band.ts";
export * from "./messages/board.ts";
export * from "./messages/collect.ts";
export * from "./messages/command-line.ts";
export * from "./messages/compare.ts";
export * from "./messages/compile.ts";
export * from "./messages/data.ts";
export * from "./messages/device.ts";
export * from "./messages/files.ts";
export * from "./messages/learn.ts";
export * from "./messages/model.ts";
export * from "./messages/model-comparison.ts";
export * from "./messages/personalize.ts";
export * from "./messages/protocol.ts";
export * from "./messages/tflite.ts";
export * from "./messages/twin.ts";
export * from "./messages/update.ts";
