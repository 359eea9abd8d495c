"""Trains ten small Keras nets on the recordings in datasets/spar and has TensorFlow convert them to int8.

Usage: python scripts/keras_models.py DIR [--only NAME,...]
Needs scripts/requirements-keras.txt. For each net it writes into DIR: NAME.tflite, 1,000 windows of people
not trained on (NAME.in.bin, or NAME.in.f32.bin where the model's input is float32), and an entry of
models.json. The same seed gives the same bytes on one kind of machine.

The nets are there for the operators, attributes and versions of real conversions, not for their accuracy.
"""

import argparse
import collections
import csv
import dataclasses
import gzip
import json
import os
import pathlib
import time
import warnings
from collections.abc import Callable, Iterator

# TensorFlow reads these when it is loaded. oneDNN's sums depend on the processor, so on the machine.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras import layers, ops
from tensorflow.lite.python import schema_py_generated as schema

SEED = 1
THREADS = 2
DATASET = pathlib.Path(__file__).resolve().parent.parent / "datasets" / "spar"
SOURCE_HZ, RATE_HZ = 50, 20
WINDOW, CHANNELS = 60, ("ax", "ay", "az", "gx", "gy", "gz")
LABELS = ("PEN", "ABD", "FEL", "IR", "ER", "TRAP", "ROW")
TRAIN_SUBJECTS, TEST_SUBJECTS = (1, 2, 3, 4, 5, 6, 7), (8, 9, 10)
TRAIN_STRIDE, TEST_STRIDE = 15, 10
TEST_WINDOWS, CALIBRATION_WINDOWS = 1000, 200

Model = keras.Model | tf_keras.Model


@dataclasses.dataclass(frozen=True)
class Net:
    name: str
    about: str
    # Takes the batch size: None for training.
    build: Callable[[int | None], Model]
    epochs: int
    float_io: bool = False
    # Of the converted model. None is Keras's default, but then many layers compute shapes at run time.
    batch: int | None = 1


@dataclasses.dataclass(frozen=True)
class Windows:
    samples: np.ndarray  # windows x WINDOW x channels, float32, normalised
    labels: np.ndarray


# -------------------------------------------------------------------------------------------- data


def decimate(samples: np.ndarray) -> np.ndarray:
    """Means over the new period; the old one does not divide it, so the running sum is interpolated."""
    sums = np.vstack([np.zeros(samples.shape[1]), np.cumsum(samples, axis=0)])
    step = SOURCE_HZ / RATE_HZ
    edges = np.arange(0, len(samples), step)
    at = np.stack([np.interp(edges, np.arange(len(sums)), column) for column in sums.T], axis=1)
    return np.diff(at, axis=0) / step


def cut(subjects: tuple[int, ...], stride: int) -> tuple[np.ndarray, np.ndarray]:
    windows, labels = [], []
    for subject in subjects:
        recordings: dict[str, list[dict[str, str]]] = {}
        with gzip.open(DATASET / f"subject_{subject:02d}.csv.gz", "rt", newline="") as file:
            for row in csv.DictReader(file):
                recordings.setdefault(row["session"], []).append(row)
        for rows in recordings.values():
            samples = decimate(np.array([[float(row[channel]) for channel in CHANNELS] for row in rows]))
            for start in range(0, len(samples) - WINDOW + 1, stride):
                windows.append(samples[start : start + WINDOW])
                labels.append(LABELS.index(rows[0]["label"]))
    return np.array(windows), np.array(labels)


def load() -> tuple[Windows, Windows]:
    train, train_labels = cut(TRAIN_SUBJECTS, TRAIN_STRIDE)
    test, test_labels = cut(TEST_SUBJECTS, TEST_STRIDE)
    chosen = np.linspace(0, len(test) - 1, TEST_WINDOWS).astype(int)
    mean, deviation = train.mean(axis=(0, 1)), train.std(axis=(0, 1))
    return (
        Windows(((train - mean) / deviation).astype(np.float32), train_labels),
        Windows(((test[chosen] - mean) / deviation).astype(np.float32), test_labels[chosen]),
    )


# -------------------------------------------------------------------------------------------- nets


def window_input(batch: int | None) -> keras.KerasTensor:
    return layers.Input((WINDOW, len(CHANNELS)), batch_size=batch)


def classes(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Dense(len(LABELS), activation="softmax")(x)


def cnn1d(batch: int | None) -> Model:
    inputs = x = window_input(batch)
    for filters, width in ((12, 5), (16, 5), (24, 3)):
        x = layers.Conv1D(filters, width, activation="relu")(x)
        x = layers.MaxPooling1D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(32, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    return keras.Model(inputs, classes(x))


def separable(batch: int | None) -> Model:
    inputs = x = window_input(batch)
    for filters in (16, 24, 32):
        x = layers.SeparableConv1D(filters, 5, padding="same", depth_multiplier=2, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling1D(2)(x)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dense(16, activation="relu")(x)
    return keras.Model(inputs, classes(x))


def residual(batch: int | None) -> Model:
    inputs = window_input(batch)
    x = layers.Conv1D(16, 3, strides=2, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for filters in (16, 24):
        y = layers.Conv1D(filters, 3, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv1D(filters, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization()(y)
        if x.shape[-1] != filters:
            x = layers.Conv1D(filters, 1)(x)
        x = layers.ReLU()(layers.Add()([x, y]))
        x = layers.AveragePooling1D(2, padding="same")(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, classes(x))


def tcn(batch: int | None) -> Model:
    inputs = window_input(batch)
    x = layers.Conv1D(16, 1)(inputs[:, ::2, :])
    for dilation in (1, 2, 4):
        y = layers.Conv1D(16, 5, padding="causal", dilation_rate=dilation, activation="relu")(x)
        x = layers.Add()([x, y])
    return keras.Model(inputs, classes(x[:, -1, :]))


def lstm(batch: int | None) -> Model:
    old = tf_keras.layers
    inputs = old.Input((WINDOW, len(CHANNELS)), batch_size=batch)
    # Not a pool: REVERSE_V2 only copies, but the converter gives its output a scale of its own. A pool has
    # the scale of its input, the net's, and what is reversed behind it would come out a third too small.
    x = old.Conv1D(12, 5, strides=3, activation="tanh")(inputs)
    x = old.Bidirectional(old.LSTM(12, return_sequences=True))(x)
    x = old.LSTM(12)(x)
    return tf_keras.Model(inputs, old.Dense(len(LABELS), activation="softmax")(x))


def convlstm(batch: int | None) -> Model:
    old = tf_keras.layers
    inputs = old.Input((WINDOW, len(CHANNELS)), batch_size=batch)
    x = old.Conv1D(16, 5, activation="relu")(inputs)
    x = old.MaxPooling1D(2)(x)
    x = old.LSTM(20, return_sequences=True)(x)
    x = old.Dense(16, activation="relu")(x[:, -1, :])
    return tf_keras.Model(inputs, old.Dense(len(LABELS), activation="softmax")(x))


def gates(batch: int | None) -> Model:
    inputs = window_input(batch)
    x = layers.Conv1D(16, 5, strides=2, activation="hard_silu")(inputs)
    weights = layers.GlobalAveragePooling1D(keepdims=True)(x)
    weights = layers.Conv1D(4, 1, activation="relu6")(weights)
    weights = layers.Conv1D(16, 1, activation="sigmoid")(weights)
    x = layers.Multiply()([x, weights])
    x = layers.LeakyReLU(negative_slope=0.1)(layers.Conv1D(24, 3)(x))
    x = layers.MaxPooling1D(3, strides=2, padding="same")(x)
    value = layers.Conv1D(16, 3, activation="tanh")(x)
    gate = layers.Conv1D(16, 3, activation="sigmoid")(x)
    x = layers.Multiply()([value, gate])
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, classes(x))


def attention(batch: int | None) -> Model:
    inputs = window_input(batch)
    x = layers.Conv1D(16, 5, strides=3, padding="same", activation="relu")(inputs)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 8)(x, x)])
    x = layers.Dense(16, activation="relu")(x)
    # Attention pooling: how much each step counts, then a weighted sum over time.
    share = ops.softmax(layers.Dense(1)(x), axis=1)
    return keras.Model(inputs, classes(ops.sum(x * share, axis=1)))


def branches(batch: int | None) -> Model:
    inputs = window_input(batch)
    ends = []
    for part in ops.split(inputs, 2, axis=-1):
        x = layers.Conv1D(12, 5, activation="relu")(part)
        x = layers.MaxPooling1D(2)(x)
        ends.append(layers.Conv1D(16, 3)(x))
    lengthwise = ops.take(inputs, [0, 3], axis=-1)
    ends.append(layers.Conv1D(8, 7, strides=2)(lengthwise))
    x = layers.ReLU()(layers.Concatenate()([ends[0], ends[1]]))
    half = WINDOW // 2
    late = layers.Lambda(lambda t: tf.slice(t, (0, half, 0), (-1, half, 3)), output_shape=(half, 3))(inputs)
    late = layers.Conv1D(8, 5, activation="relu")(late)
    pooled = [layers.GlobalMaxPooling1D()(x), layers.GlobalAveragePooling1D()(x)]
    pooled += [layers.GlobalMaxPooling1D()(ends[2]), layers.GlobalAveragePooling1D()(late)]
    # An activation of its own, since nothing before it can take it in. TFLite Micro's RELU6 only clamps,
    # while the converter gives its output its own scale: this net is less accurate there than in LiteRT.
    x = layers.ReLU(6.0)(layers.Concatenate()(pooled))
    return keras.Model(inputs, classes(x))


def gru(batch: int | None) -> Model:
    inputs = window_input(batch)
    x = layers.ZeroPadding1D(2)(inputs)
    x = layers.Conv1D(12, 9, strides=8, activation="relu")(x)
    x = layers.Bidirectional(layers.GRU(8, return_sequences=True, unroll=True))(x)
    x = layers.SimpleRNN(12, return_sequences=True, unroll=True)(x)
    return keras.Model(inputs, classes(layers.GlobalMaxPooling1D()(x)))


NETS = (
    Net("cnn1d", "three Conv1D with ReLU and MaxPool, Flatten, Dense, BatchNorm", cnn1d, 6),
    Net(
        "separable",
        "three SeparableConv1D with BatchNorm and MaxPool, global average; batch of any size",
        separable,
        8,
        batch=None,
    ),
    Net("residual", "two residual blocks with BatchNorm, AveragePool, global average", residual, 6),
    Net("tcn", "causal Conv1D with dilation 1, 2, 4 and skips on every other sample, last step", tcn, 6),
    Net("lstm", "strided Conv1D, bidirectional LSTM, LSTM", lstm, 6),
    Net(
        "convlstm",
        "Conv1D, MaxPool, LSTM over all steps, last step; float32 in and out",
        convlstm,
        8,
        float_io=True,
    ),
    Net("gates", "squeeze and excite with ReLU6, hard swish, leaky ReLU, tanh times sigmoid", gates, 8),
    Net("attention", "multi-head self-attention over time, attention pooling", attention, 8),
    Net(
        "branches",
        "split, gathered and sliced channels, a Conv1D each, global max and average",
        branches,
        6,
    ),
    Net("gru", "unrolled bidirectional GRU, unrolled SimpleRNN, global max", gru, 8),
)


# -------------------------------------------------------------------------------------------- conversion


def train(net: Net, windows: Windows) -> Model:
    for library in (keras, tf_keras):
        library.backend.clear_session()
        library.utils.set_random_seed(SEED)
    # Or every conversion prints its variables; a cleared session has forgotten it.
    keras.utils.disable_interactive_logging()
    model = net.build(None)
    # Each of the two libraries takes its own optimizer; by name, it is the model's.
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.learning_rate.assign(0.003)
    model.fit(windows.samples, windows.labels, batch_size=64, epochs=net.epochs, verbose=0)
    return model


def convert(net: Net, trained: Model, windows: Windows) -> bytes:
    model = net.build(net.batch)
    model.set_weights(trained.get_weights())
    chosen = np.linspace(0, len(windows.samples) - 1, CALIBRATION_WINDOWS).astype(int)

    def representative() -> Iterator[list[np.ndarray]]:
        for index in chosen:
            yield [windows.samples[index : index + 1]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if not net.float_io:
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def int8_outputs(file: bytes, windows: np.ndarray) -> np.ndarray:
    interpreter = tf.lite.Interpreter(
        model_content=file,
        # Not BUILTIN_REF: its int8 SUM gives -1 everywhere (LiteRT's issue 4079).
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    outputs = []
    for window in windows:
        interpreter.reset_all_variables()
        interpreter.set_tensor(source, window[np.newaxis])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target)[0])
    return np.array(outputs)


def names_of(enumeration: type) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if isinstance(value, int)}


def operators(model: schema.ModelT) -> list[dict[str, object]]:
    names = names_of(schema.BuiltinOperator)
    counted = collections.Counter(
        (names[code.builtinCode], code.version)
        for subgraph in model.subgraphs
        for code in (model.operatorCodes[operator.opcodeIndex] for operator in subgraph.operators)
    )
    return [
        {"operator": name, "version": version, "count": count}
        for (name, version), count in sorted(counted.items())
    ]


def tensor_of(tensor: schema.TensorT) -> dict[str, object]:
    dtype = names_of(schema.TensorType)[tensor.type].lower()
    return {"dtype": dtype, "shape": [int(n) for n in tensor.shape]}


def quantize(samples: np.ndarray, tensor: schema.TensorT) -> np.ndarray:
    scale, zero_point = tensor.quantization.scale[0], tensor.quantization.zeroPoint[0]
    return np.clip(np.round(samples / scale) + zero_point, -128, 127).astype(np.int8)


def make(net: Net, training: Windows, test: Windows, directory: pathlib.Path) -> dict[str, object]:
    trained = train(net, training)
    file = convert(net, trained, training)
    (directory / f"{net.name}.tflite").write_bytes(file)

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(file, 0))
    graph = model.subgraphs[0]
    source, target = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    inputs = test.samples if net.float_io else quantize(test.samples, source)
    suffix = ".in.f32.bin" if net.float_io else ".in.bin"
    (directory / f"{net.name}{suffix}").write_bytes(inputs.tobytes())

    def accuracy(outputs: np.ndarray) -> float:
        return round(float(np.mean(outputs.argmax(axis=1) == test.labels)), 4)

    return {
        "name": net.name,
        "about": net.about,
        "bytes": len(file),
        "operators": operators(model),
        "input": tensor_of(source),
        "output": tensor_of(target),
        "floatAccuracy": accuracy(trained.predict(test.samples, verbose=0)),
        "int8Accuracy": accuracy(int8_outputs(file, inputs)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--only", metavar="NAME,...", help="just these nets; models.json keeps the others")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else [net.name for net in NETS]
    unknown = set(wanted) - {net.name for net in NETS}
    if unknown:
        known = ", ".join(net.name for net in NETS)
        parser.error(f"no such net: {', '.join(sorted(unknown))}; there are {known}")

    warnings.filterwarnings("ignore")
    tf.get_logger().setLevel("ERROR")
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()

    options.directory.mkdir(parents=True, exist_ok=True)
    report = options.directory / "models.json"
    made = {one["name"]: one for one in json.loads(report.read_text())} if report.exists() else {}
    training, test = load()
    for net in NETS:
        if net.name not in wanted:
            continue
        start = time.monotonic()
        made[net.name] = one = make(net, training, test, options.directory)
        entries = [made[other.name] for other in NETS if other.name in made]
        report.write_text(json.dumps(entries, indent=2) + "\n")
        used = " ".join(f"{row['operator']}x{row['count']}" for row in one["operators"])
        print(
            f"{net.name}: {one['bytes']} bytes, accuracy float {one['floatAccuracy']:.3f} "
            f"int8 {one['int8Accuracy']:.3f}, {time.monotonic() - start:.0f} s: {used}",
            flush=True,
        )


if __name__ == "__main__":
    main()
