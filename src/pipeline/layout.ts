// What a build leaves in its output folder.

export const MODEL_FILE = "model.tflite";
/** In the project beside its model (head-metric.ts). */
export const HEAD_METRIC_FILE = "head-metric.bin";
export const REPORT_FILE = "report.json";
export const CHARTS_FOLDER = "charts";
/** The PlatformIO project. */
export const PROJECT_FOLDER = "firmware";
/** The remembered training: the float network, and how it came about. */
export const TRAINED_MODEL = "trained.float.tflite";
export const TRAINED_RECORD = "trained.json";
