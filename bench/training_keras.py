"""Training windows a second of bandx-cnn, 60 x 6, batch 32, in Keras: the opponent of bench/training.ts.

Same layers, same batch, Adam, seeded synthetic windows. Prints one number on its last line.
Wants a Python with tensorflow (PyPI: tensorflow-cpu).
"""

import argparse
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=0, help="0: TensorFlow's own choice")
parser.add_argument("--seconds", type=float, default=5)
arguments = parser.parse_args()

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy  # noqa: E402
import tensorflow as tf  # noqa: E402

if arguments.threads:
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tf.config.threading.set_inter_op_parallelism_threads(arguments.threads)

BATCH, TIME_STEPS, CHANNELS, CLASSES, FILTERS, BLOCKS = 32, 60, 6, 7, 20, 2
WINDOWS = 100 * BATCH

keras = tf.keras
layers = keras.layers


def block(filters):
    return [
        layers.SeparableConv1D(filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
    ]


stack = [keras.Input((TIME_STEPS, CHANNELS)), *block(FILTERS)]
for i in range(1, BLOCKS + 1):
    stack += [layers.MaxPooling1D(2), *block(round(FILTERS * 1.5**i))]
stack += [
    layers.GlobalAveragePooling1D(),
    layers.Dense(round(FILTERS * 1.5 ** (BLOCKS + 1)), activation="relu"),
    layers.Dropout(0.2),
    layers.Dense(CLASSES),
]
model = keras.Sequential(stack)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)

random = numpy.random.default_rng(1)
x = random.standard_normal((WINDOWS, TIME_STEPS, CHANNELS)).astype("float32")
y = random.integers(0, CLASSES, WINDOWS)

# model.fit as a person would call it; its first epoch traces the graph and does not count.
model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
epochs, start = 0, time.perf_counter()
while time.perf_counter() - start < arguments.seconds:
    model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)
    epochs += 1
print(epochs * WINDOWS / (time.perf_counter() - start))
