// Mistakes in band.yaml.
import { buildBand } from "../../../src/pipeline/build.ts";
import { TINY_BAND } from "../support.ts";
import { type BadInput, build, silent } from "./support.ts";

export const BAND: readonly BadInput[] = [
  {
    what: "no band file",
    code: "file/not-found",
    act: () =>
      buildBand({ bandFile: "bnad.yaml", seed: undefined, fresh: false, force: false, onEvent: silent }),
  },
  { what: "an empty file", code: "band/bad-key", act: () => build("") },
  { what: "broken YAML", code: "band/bad-yaml", act: () => build("board: [esp32-devkit\n") },
  { what: "a key twice", code: "band/bad-yaml", act: () => build(`${TINY_BAND}seed: 1\nseed: 2\n`) },
  {
    what: "collecting faster than the serial port carries",
    code: "project/collect-rate",
    act: () => build(`${TINY_BAND}collect: true\nsensor: {rateHz: 250}\n`),
  },
  { what: "a misspelt key", code: "band/bad-key", act: () => build(`${TINY_BAND}windw: {seconds: 2}\n`) },
  {
    what: "a misspelt key further in",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}window:\n  secnds: 2\n`),
  },
  {
    what: "a missing key",
    code: "band/bad-key",
    act: () => build("board: esp32-devkit\nmodel: bandx-cnn\n"),
  },
  {
    what: "a training by validation loss where nobody validates",
    code: "train/not-validated",
    act: () => build(TINY_BAND.replace('["2"]', "none")),
  },
  { what: "a word for a number", code: "band/bad-key", act: () => build(`${TINY_BAND}seed: one\n`) },
  {
    what: "a value out of range",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}window:\n  overlap: 1.5\n`),
  },
  {
    what: "more than everything pruned",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}prune: 1.2\n`),
  },
  {
    what: "pruning without a share",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}prune: {epochs: 5}\n`),
  },
  {
    what: "training for int8 without any epoch",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}quantize: {aware: {epochs: 0}}\n`),
  },
  {
    what: "a sensor range that is none",
    code: "band/bad-key",
    act: () => build(`${TINY_BAND}sensor: {accelRangeG: 3}\n`),
  },
  {
    what: "a random split without owning up",
    code: "band/bad-key",
    act: () => build(TINY_BAND.replace(/split:.*/, "split: {by: random-window}")),
  },
  {
    what: "a sensor rate that the chip cannot do",
    code: "project/sensor-rate",
    act: () => build(`${TINY_BAND}sensor: {rateHz: 30}\n`),
  },
];
