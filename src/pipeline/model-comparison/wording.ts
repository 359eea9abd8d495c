// Words of a comparison that its Markdown and its page share.
import type { ModelComparison, Protocol } from "./comparison.ts";

/** Behind a model whose int8 network loses too much. */
export const MARK = "†";

/** What was the same for every model: pairs of a name and its value. */
export function protocolRows({
  protocol,
  tool,
}: Pick<ModelComparison, "protocol" | "tool">): [string, string][] {
  const { labels, window, filters, draws, train, prune, quantize, board, engine, balance } = protocol;
  const { batchSize, weightDecay, clipNorm, classWeights, augment } = train;
  const { rotationDegrees, scale, jitter, shiftSeconds, flip } = augment;
  return [
    ["activities", `${labels.length}: ${labels.join(", ")}`],
    [
      "windows",
      `${window.seconds} s at ${window.rateHz} Hz, ${Number((100 * window.overlap).toFixed(2))} % overlap, single, ` +
        "not smoothed",
    ],
    ["filters", filters.map(({ kind, cutoffHz }) => `${kind} ${cutoffHz} Hz`).join(", ") || "none"],
    ...draws.map(({ seed, split, windows }): [string, string] => [
      `seed ${seed}`,
      `${split}; ${windows.train.toLocaleString("en-US")} windows to train on, ` +
        `${windows.validation.toLocaleString("en-US")} to validate, ${windows.test.toLocaleString("en-US")} to test`,
    ]),
    [
      "training",
      `${scheduleOf(train)}; batches of ${batchSize}, weight decay ${weightDecay}, class weights ${classWeights}, ` +
        `${clipNorm === null ? "" : `gradients of at most ${clipNorm}, `}balance ${balance}`,
    ],
    [
      "augmentation",
      `turned by ${rotationDegrees}°, scaled by ${scale}, noise of ${jitter} (standard deviations), ` +
        `moved by at most ${shiftSeconds} s${flip > 0 ? `, worn otherwise with a probability of ${flip}` : ""}`,
    ],
    ...(prune === null
      ? []
      : [
          ["pruning", `a share of ${prune.share}, fine-tuned for at most ${prune.epochs} epochs`] satisfies [
            string,
            string,
          ],
        ]),
    ...awareRows(quantize),
    [
      "calibration",
      `${quantize.calibration}, at most ${quantize.windows.toLocaleString("en-US")} training windows`,
    ],
    ["board", `${board}, engine ${engine}`],
    ["made by", tool],
  ];
}

function awareRows({ aware }: Protocol["quantize"]): [string, string][] {
  if (aware === null) return [];
  return [["training for int8", `${aware.epochs} epochs at most, rate ${aware.learningRate}`]];
}

function scheduleOf({ schedule, epochs, learningRate, patience }: Protocol["train"]): string {
  return schedule === "plateau"
    ? `at most ${epochs} epochs, ${patience} without a better validation loss, rate ${learningRate} and less`
    : `${epochs} epochs, one rise of the rate to ${learningRate} and one fall, the last epoch is kept`;
}

/** What the figures are, and are not: pairs of a name and its meaning. */
export const MEANINGS: readonly (readonly [string, string])[] = [
  ["float32", "the network as it was trained, batch norms and all, run by Bandsmith's interpreter"],
  [
    ".tflite float",
    "the float file, batch norms folded, read again from its bytes and run by the same interpreter: what folding and the file change, not another runtime",
  ],
  [
    "int8",
    "model.tflite, run with the integer arithmetic of TFLite Micro's reference kernels; every value of every layer was equal in memory and in the file",
  ],
  ["precision, recall, macro F1", "plain means over the activities that have test windows"],
  [
    "TFLite Micro",
    "the arena is estimated for the board; the flash is the model alone, without the interpreter's code, which was not measured",
  ],
  [
    "compiled",
    "the network as C++: RAM and tables are exact, code and instructions estimated (docs/performance.md); instructions are executed ones, not cycles, not milliseconds",
  ],
  [
    "training time",
    "on the machine that ran it, with validation; windows/s without; sizes and counts are means over the seeds",
  ],
  [
    "validation accuracy",
    "of the epoch that was kept, and after pruning, in float32 (as int8 where the network was trained for it), on the people by whom one may choose",
  ],
];
