// Every message that tells a person of their mistake, in one file: what was found, what was expected, what to do.
// Each is a function so that tests assert on codes, and wording is reviewed in one place. Long on purpose.
import { UserError } from "./errors.ts";

// ---- files ------------------------------------------------------------------------------------------------

export const fileNotFound = (path: string, what: string): UserError =>
  new UserError("file/not-found", `${what}: there is no ${path}.`, "Check the path.");

// ---- band.yaml (spec/) ------------------------------------------------------------------------------------

// ---- recordings (data/) -----------------------------------------------------------------------------------

// ---- models and training (spec/model, train/) -------------------------------------------------------------

// ---- .tflite files (tflite/) ------------------------------------------------------------------------------

// ---- boards and projects (spec/board, codegen/, pipeline/) ------------------------------------------------

// ---- command line (cli/) ----------------------------------------------------------------------------------
