"""Adds the real TFLite Micro's outputs (PyPI: tflite-micro) beside every model in a directory.

Usage: python scripts/make_tflm_golden.py DIR
For each NAME.tflite and NAME.in.bin (frames of the input's type, one after another) it writes NAME.out.bin.
"""

import pathlib
import sys

import numpy as np
from tflite_micro.python.tflite_micro import runtime

directory = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "test/golden/tflm")
for model in sorted(directory.glob("*.tflite")):
    interpreter = runtime.Interpreter.from_file(str(model), arena_size=1 << 20)
    details = interpreter.get_input_details(0)
    shape, dtype = details["shape"], details["dtype"]
    frames = np.frombuffer(model.with_suffix(".in.bin").read_bytes(), dtype=dtype).reshape(-1, *shape)
    outputs = []
    for frame in frames:
        # Each frame is a window of its own: no state lives on from the one before.
        interpreter.reset()
        interpreter.set_input(frame, 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).tobytes())
    model.with_suffix(".out.bin").write_bytes(b"".join(outputs))
print(f"{len(list(directory.glob('*.tflite')))} models in {directory}")
