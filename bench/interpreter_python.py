"""TFLite Micro's and LiteRT's Python interpreters for bench/interpreter.ts and bench/x86.ts, one thread each.

Usage: python bench/interpreter_python.py DIR
DIR has NAME.tflite and NAME.in.bin (int8 windows one after another). A line "outputs ENGINE NAME" writes
NAME.ENGINE.out.bin, every window from a fresh state; a line "measure ENGINE NAME SECONDS" gives windows a second,
without setting a state back. Each is answered by one line.
"""

import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402
from tflite_micro.python.tflite_micro import runtime  # noqa: E402

directory = pathlib.Path(sys.argv[1])


def tflm(path):
    interpreter = runtime.Interpreter.from_file(path, arena_size=1 << 20)

    def run(window):
        interpreter.set_input(window, 0)
        interpreter.invoke()
        return interpreter.get_output(0)

    return run, interpreter.get_input_details(0)["shape"], interpreter.reset


def litert(path):
    interpreter = Interpreter(model_path=path, num_threads=1)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()[0]
    source, target = details["index"], interpreter.get_output_details()[0]["index"]

    def run(window):
        interpreter.set_tensor(source, window)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    return run, details["shape"], interpreter.reset_all_variables


ENGINES = {"tflm": tflm, "litert": litert}
opened = {}


def open_model(engine, name):
    if (engine, name) not in opened:
        run, shape, reset = ENGINES[engine](str(directory / f"{name}.tflite"))
        data = np.frombuffer((directory / f"{name}.in.bin").read_bytes(), dtype=np.int8)
        opened[engine, name] = run, list(data.reshape(-1, *shape)), reset
    return opened[engine, name]


def outputs(engine, name):
    run, windows, reset = open_model(engine, name)
    data = bytearray()
    for window in windows:
        reset()
        data += run(window).tobytes()
    (directory / f"{name}.{engine}.out.bin").write_bytes(data)
    return "ok"


def measure(engine, name, seconds):
    run, windows, _ = open_model(engine, name)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < float(seconds):
        for window in windows:
            run(window)
        count += len(windows)
    return count / (time.perf_counter() - start)


COMMANDS = {"outputs": outputs, "measure": measure}
for line in sys.stdin:
    command, *arguments = line.split()
    print(COMMANDS[command](*arguments), flush=True)
