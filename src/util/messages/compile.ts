// Messages of models as folders of C++.
import { UserError } from "../errors.ts";

export const badLibraryName = (name: string): UserError =>
  new UserError(
    "compile/bad-name",
    `--name: "${name}" cannot be a C++ namespace of its own.`,
    "Give a letter, then letters, digits and single underscores; no keyword and no name of the C library, e.g. gait.",
  );

export const kernelsMissingFor = (file: string, missing: readonly string[]): UserError =>
  new UserError(
    "compile/no-kernel",
    `${file} cannot be compiled: there is no kernel in C++ for ${missing.join(", ")}.`,
    "Give a model that computes in int8: TensorFlow's converter makes one with a representative data set and TFLITE_BUILTINS_INT8.",
  );

export const folderIsProject = (folder: string): UserError =>
  new UserError(
    "compile/is-project",
    `${folder} is the project of a band, of which bandsmith build keeps account.`,
    "Name another folder; nothing was written.",
  );

export const folderNotEmpty = (folder: string): UserError =>
  new UserError(
    "compile/not-empty",
    `${folder} holds files that are not of a compiled model.`,
    "Name another folder, or write among them with --force; nothing was written.",
  );
