// What every file of models/ must count at its paper's size. A new file needs a row: test/firmware/models.test.ts says so.
import type { ModelDimensions } from "../../src/spec/model.ts";

export interface ModelSize {
  /** The window and the classes of the paper. */
  readonly dimensions: ModelDimensions;
  /** Variables that training changes by gradients, as papers count them; batch norm has two a channel. */
  readonly trainable: number;
  /**
   * Constants after folding: a convolution then always has biases, and of a batch norm nothing is left, or a scale a
   * feature where an activation stands before it and a dense layer after.
   */
  readonly folded: number;
  /** Multiply-accumulates of one inference. */
  readonly macs: number;
  /** What a source publishes, and all that it counts beyond `trainable` and `macs` (less where it is below 0). */
  readonly published?: { readonly parameters: Published; readonly macs?: Published };
}

interface Published {
  readonly total: number;
  readonly beyondOurs: Readonly<Record<string, number>>;
}

export const MODEL_SIZES: Readonly<Record<string, ModelSize>> = {
  // No counts are published; by hand, from the family's rule: 20, 20·1.5 = 30 and 20·1.5² = 45 filters at 60, 30 and 15
  // steps, then 20·1.5³ = 67.5, rounded to 68 units.
  //   trainable  depthwise 3·6, pointwise 6·20, norm 2·20                        178
  //              depthwise 3·20, pointwise 20·30, norm 2·30                      720
  //              depthwise 3·30, pointwise 30·45, norm 2·45                    1,530
  //              dense 45·68 + 68, classes 68·7 + 7                            3,611
  //   folded     depthwise biases 6 + 20 + 30 more, and of the norms' 2·95 only 95 biases left: 6,039 + 56 − 95
  //   macs       60·(18 + 120) + 30·(60 + 600) + 15·(90 + 1,350) + 45·68 + 68·7
  "bandx-cnn": {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 6_039,
    folded: 6_000,
    macs: 53_216,
  },
  // No counts are published; by hand, with kernels of 3: 12, 24 and 48 filters at 128, 64 and 32 steps, of which the last
  // pool leaves 16·48 = 768 features.
  //   both       3·6·12 + 12, 3·12·24 + 24, 3·24·48 + 48                        4,620
  //              dense 768·50 + 50, classes 50·6 + 6                           38,756
  //   trainable  and the norm's 2·50
  //   macs       128·216 + 64·864 + 32·3,456 + 768·50 + 50·6
  "zebin-cnn": {
    dimensions: { timeSteps: 128, channels: 6, classes: 6 },
    trainable: 43_476,
    folded: 43_376,
    macs: 232_236,
  },
  // The widths are ours, so nothing is published; by hand, from 128·6 = 768 features:
  //   both       768·64 + 64, 64·32 + 32, 32·6 + 6                             51,494
  //   trainable  and the norms' 2·64 + 2·32
  //   macs       768·64 + 64·32 + 32·6
  "zebin-dnn": {
    dimensions: { timeSteps: 128, channels: 6, classes: 6 },
    trainable: 51_686,
    folded: 51_494,
    macs: 51_392,
  },
  // No widths are given, so nothing is published; by hand, with 32 units, which are ours:
  //   both       4·32·(6 + 32) + 4·32, classes 32·7 + 7                         5,223
  //   macs       60·4·32·(6 + 32) + 32·7
  lstm: {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 5_223,
    folded: 5_223,
    macs: 292_064,
  },
  // No widths are given, so nothing is published; by hand, with 32 units, which are ours:
  //   trainable  3·32·(6 + 32) + 4·32, classes 32·7 + 7                         4,007
  //   folded     and no bias of two gates' recurrent sums 2·32, the state before the first step 32, and where the loop
  //              begins, how far it goes and by how much
  //   macs       60·3·32·(6 + 32) + 32·7
  gru: {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 4_007,
    folded: 4_106,
    macs: 219_104,
  },
  // The same:
  //   trainable  32·(6 + 32) + 32, classes 32·7 + 7                             1,479
  //   folded     and no bias of the recurrent sum 32, the first state 32, the loop's three numbers
  //   macs       60·32·(6 + 32) + 32·7
  rnn: {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 1_479,
    folded: 1_546,
    macs: 73_184,
  },
  // The published 10,454 count PyTorch's second biases, 2·4·24, which are only ever added; 420.1 K multiply-accumulates
  // count the 31 steps of the backward cell that nothing reads.
  //   folded     5·9·16 + 16, 16·5·16 + 16, 2·(4·24·(16 + 24) + 4·24), 48·6 + 6
  //   trainable  and the norms' 2·16 + 2·16
  //   macs       128·720 + 64·1,280 + 33·4·24·40 + 48·6
  "microbi-convlstm": {
    dimensions: { timeSteps: 128, channels: 9, classes: 6 },
    trainable: 10_262,
    folded: 10_198,
    macs: 301_088,
  },
  // No widths are given, so nothing is published; by hand, with two layers of 32 units, which are ours:
  //   both       4·32·(6 + 32) + 4·32, 4·32·(32 + 32) + 4·32, classes 32·7 + 7   13,543
  //   trainable  and the norms' 2·32 + 2·32; folded, their scales and the first one's shifts
  //   macs       60·4·32·(38 + 64) + 32·7
  "zebin-lstm": {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 13_671,
    folded: 13_639,
    macs: 783_584,
  },
  // 124, 60, 56 and 26 steps of 9 channels; 20 filters; 40 units.
  //   both       5·20 + 20, 3·(5·20·20 + 20)                                      6,180
  //              3·20·20, dense 9·20·40 + 40                                      8,440
  //              4·40·(40 + 40) + 4·40, dense 40·40 + 40, 40, factor 1           14,641
  //              classes 40·6 + 6                                                   246
  //   trainable  and the norms' 4·2·20, the attention's factor 1
  //   folded     zeros for biases, 3·20 + 1, and of the norms the last one's 20 shifts
  //   macs       9·(124·100 + 60·2,000 + 56·2,000 + 26·2,000)                 2,667,600
  //              26·(9·1,200 + 2·9·9·20), 26·7,200                              552,240
  //              26·12,800, 26·(1,600 + 40 + 40), 240                           376,720
  // The published ones are in the log that comes with TinierHAR's code, by the tool ptflops.
  tinyhar: {
    dimensions: { timeSteps: 128, channels: 9, classes: 6 },
    trainable: 29_668,
    folded: 29_588,
    macs: 3_596_560,
    published: {
      parameters: { total: 29_828, beyondOurs: { "PyTorch's second biases of the LSTM": 4 * 40 } },
      macs: {
        total: 3_859_938,
        beyondOurs: {
          "biases of the convolutions": 9 * 20 * (124 + 60 + 56 + 26),
          "batch norms, twice": 2 * 9 * 20 * (124 + 60 + 56 + 26),
          "ReLU, as a layer and as its function": 2 * 9 * 20 * (124 + 60 + 56 + 26),
          "softmax over channels and over time": 26 * 9 * 9 + 26,
          "bias and ReLU of the layer that joins": 3 * 26 * 40,
          "the LSTM's biases, additions and element-wise products": 26 * (8 * 40 + 4 * 40 + 6 * 40),
          "bias of the hidden layer": 26 * 40,
          "the weighted sum over time": -26 * 40,
          "biases of the classes": 6,
        },
      },
    },
  },
  // 124, 120, 116 and 112 steps; 64 filters and units.
  //   folded     5·9·64 + 64, 3·(5·64·64 + 64), 2·(4·64·128 + 4·64), classes 64·6 + 6
  //   trainable  and the norms' 4·2·64
  //   macs       124·2,880 + (120 + 116 + 112)·20,480 + 112·2·32,768 + 384
  deepconvlstm: {
    dimensions: { timeSteps: 128, channels: 9, classes: 6 },
    trainable: 131_526,
    folded: 131_014,
    macs: 14_824_576,
    published: {
      parameters: { total: 132_038, beyondOurs: { "PyTorch's second biases of the LSTMs": 2 * 4 * 64 } },
    },
  },
  // 128, 64 and 32 steps of 9 channels; 4 and 8 filters; 16 units.
  //   both       5 + 1, 4 + 4, 4 + 4; 20 + 4, 32 + 8, 32 + 8; 4·(40 + 8 + 64 + 8)    606
  //              2·3·16·(72 + 16), score 32, classes 32·6 + 6                      8,678
  //   trainable  biases 2·4·16, and the norms' 2·2·4 + 2·2·8 + 4·2·8                 240
  //   folded     biases 2·6·16, the score's 1, and of each loop the first state 16, rows 32·16 and 3 numbers
  //   macs       9·(128·(5 + 4 + 4) + 64·(20 + 32 + 32) + 4·32·(40 + 64))        183,168
  //              32·2·3·16·(72 + 16), 2·32·32, 32·6                              272,576
  // The published ones are in the log that comes with its code, by the tool ptflops.
  tinierhar: {
    dimensions: { timeSteps: 128, channels: 9, classes: 6 },
    trainable: 9_524,
    folded: 10_539,
    macs: 455_744,
    published: {
      parameters: {
        total: 9_589,
        beyondOurs: { "PyTorch's second biases of update and reset": 2 * 2 * 16, "the score's bias": 1 },
      },
      macs: {
        total: 637_414,
        beyondOurs: {
          "biases of the convolutions": 9 * (128 * (1 + 4 + 4) + 64 * (4 + 8 + 8) + 4 * 32 * (8 + 8)),
          "batch norms, twice": 2 * 9 * (2 * 128 * 4 + 2 * 64 * 8 + 4 * 32 * 8),
          "ReLU, as a layer and as its function": 2 * 9 * (128 * 4 + 64 * 8 + 4 * 32 * 8),
          "pools, as layers and as their function": 2 * 9 * (2 * 128 * 4 + 2 * 64 * 8),
          "the GRU's biases and element-wise operations": 32 * 2 * (6 * 16 + 7 * 16),
          "the score's bias": 32,
          "the weighted sum over time": -32 * 32,
          "biases of the classes": 6,
        },
      },
    },
  },
  // Ours, by hand, with 36 filters at 60, 30 and 15 steps:
  //   both       5·6·36, 2·(5·36 + 36·36), classes 144·7 + 7                      5,047
  //   trainable  and the norms' 3·2·36
  //   folded     and the biases of three convolutions and two depthwise ones, 5·36
  //   macs       60·1,080 + (30 + 15)·1,476 + 144·7
  wristnet: {
    dimensions: { timeSteps: 60, channels: 6, classes: 7 },
    trainable: 5_263,
    folded: 5_227,
    macs: 132_228,
  },
};
