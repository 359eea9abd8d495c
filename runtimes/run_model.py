"""Runs .tflite models on frames in a runtime that `bandsmith verify --against` compares with.

    python run_model.py RUNTIME          prints the runtime's version as JSON
    python run_model.py RUNTIME FOLDER   runs the models that FOLDER/job.json names

RUNTIME is tflm (PyPI: tflite-micro) or litert (PyPI: ai-edge-litert). job.json holds {"models": [{"model": FILE,
"inputs": FILE, "outputs": FILE}, ...]}; inputs are raw frames of the model's input type one after another, outputs are
written likewise. "inputs" beside "models" stands for every model that names none of its own; "isolated": true runs each model in a
process of its own, and goes on where one fails.
Every frame starts from fresh variable tensors, as the firmware starts every window. Exit code 3: a module is missing.
"""

import importlib.metadata
import json
import os
import pathlib
import sys

MODULE_MISSING = 3
# Untouched pages of the arena cost nothing, so it is simply large.
ARENA_BYTES = 256 << 20


class TfliteMicro:
    """TensorFlow Lite Micro's reference kernels."""

    package = "tflite-micro"

    def __init__(self):
        from tflite_micro.python.tflite_micro import runtime

        self.runtime = runtime

    def load(self, path):
        interpreter = self.runtime.Interpreter.from_file(str(path), arena_size=ARENA_BYTES)
        details = interpreter.get_input_details(0)

        def run(frame):
            interpreter.reset()
            interpreter.set_input(frame, 0)
            interpreter.invoke()
            return interpreter.get_output(0)

        return details, run


class LiteRt:
    """LiteRT with its default delegate, XNNPACK."""

    package = "ai-edge-litert"

    def __init__(self):
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter

    def load(self, path):
        interpreter = self.interpreter(model_path=str(path), num_threads=1)
        interpreter.allocate_tensors()
        details = interpreter.get_input_details()[0]
        output = interpreter.get_output_details()[0]["index"]

        def run(frame):
            interpreter.reset_all_variables()
            interpreter.set_tensor(details["index"], frame)
            interpreter.invoke()
            return interpreter.get_tensor(output)

        return details, run


RUNTIMES = {"tflm": TfliteMicro, "litert": LiteRt}


def run_job(runtime, folder):
    job = json.loads((folder / "job.json").read_text())
    for entry in job["models"]:
        if job.get("isolated"):
            run_isolated(runtime, folder, job, entry)
        else:
            run_entry(runtime, folder, job, entry)


def run_isolated(runtime, folder, job, entry):
    """Runs one model in a process of its own, which it may end; what fails leaves no outputs."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            run_entry(runtime, folder, job, entry)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1] != 0:
        (folder / entry["outputs"]).unlink(missing_ok=True)


def run_entry(runtime, folder, job, entry):
    import numpy as np

    details, run = runtime.load(folder / entry["model"])
    inputs = (folder / entry.get("inputs", job.get("inputs"))).read_bytes()
    frames = np.frombuffer(inputs, dtype=details["dtype"]).reshape(-1, *details["shape"])
    with (folder / entry["outputs"]).open("wb") as outputs:
        for frame in frames:
            outputs.write(np.ascontiguousarray(run(frame)).tobytes())


def main(name, folder=None):
    try:
        import numpy  # noqa: F401  both runtimes need it

        runtime = RUNTIMES[name]()
    except ImportError as error:
        print(error, file=sys.stderr)
        return MODULE_MISSING
    if folder is None:
        print(json.dumps({"runtime": name, "version": importlib.metadata.version(runtime.package)}))
        return 0
    try:
        run_job(runtime, pathlib.Path(folder))
    except Exception as error:  # One line says more to a person than a traceback through two languages.
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in RUNTIMES:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
