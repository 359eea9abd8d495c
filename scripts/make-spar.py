"""Makes datasets/spar from the watch recordings in the PyPI package `seglearn`.

    pip download --no-deps seglearn          # then unzip the wheel
    python scripts/make-spar.py seglearn/data/watch_dataset.npy datasets/spar

Needs numpy. Writes one `subject_XX.csv.gz` a subject in Bandsmith's recording format: 50 Hz time stamps, g and
rad/s as published (nothing filtered, resampled or left out), five significant digits, one session a recording,
named side-exercise (`L-PEN`). The same input gives the same bytes: gzip carries no time and no name.
"""

import gzip
import sys
from pathlib import Path

import numpy as np

HEADER = "t_ms,ax,ay,az,gx,gy,gz,label,session\n"
PERIOD_MS = 20  # 50 Hz


def main(npy: Path, out: Path) -> None:
    # The file is a pickled dictionary: load it only from the package that was checked.
    data = np.load(npy, allow_pickle=True).item()
    if data["X_labels"] != ["ax", "ay", "az", "wx", "wy", "wz"]:
        raise SystemExit(f"unexpected channels {data['X_labels']}")
    subjects: dict[int, list[tuple[str, str, np.ndarray]]] = {}
    for samples, label, subject, side in zip(data["X"], data["y"], data["subject"], data["side"]):
        exercise = data["y_labels"][label]
        session = f"{'R' if side == 1 else 'L'}-{exercise}"
        subjects.setdefault(int(subject), []).append((session, exercise, samples))
    for subject, recordings in sorted(subjects.items()):
        sessions = [session for session, _, _ in recordings]
        if len(set(sessions)) != len(sessions):
            raise SystemExit(f"subject {subject}: a session occurs twice")
        lines = [HEADER]
        for session, exercise, samples in sorted(recordings, key=lambda one: one[0]):
            for index, row in enumerate(samples):
                values = ",".join(f"{value:.5g}" for value in row)
                lines.append(f"{index * PERIOD_MS},{values},{exercise},{session}\n")
        path = out / f"subject_{subject:02d}.csv.gz"
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
            packed.write("".join(lines).encode("ascii"))
        print(f"{path}: {len(recordings)} recordings, {len(lines) - 1} rows, {path.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
