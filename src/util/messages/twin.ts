// Messages of the twin: faults, presses, projects, compilers.
import { UserError } from "../errors.ts";

const FAULT_FORM = "Write kind[:target][:value][@from[-to]], for example nack:sensor@10s-12s.";

export const faultUnknown = (text: string, kind: string, known: readonly string[]): UserError =>
  new UserError("fault/unknown", `"${text}": there is no fault "${kind}".`, `Known are ${known.join(", ")}.`);

export const faultBadTarget = (text: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "fault/bad-target",
    `"${text}": "${found}" is no target of this fault, expected ${known.length === 0 ? "none" : known.join(" or ")}.`,
    FAULT_FORM,
  );

export const faultBadValue = (text: string, found: string, expected: string): UserError =>
  new UserError("fault/bad-value", `"${text}": found "${found}", expected ${expected}.`, FAULT_FORM);

export const faultBadTime = (text: string, found: string): UserError =>
  new UserError(
    "fault/bad-time",
    `"${text}": found the time "${found}", expected one such as 10s, or 10s-12s with the end after the start.`,
    "Times are seconds, or have ms, s, m or h behind them.",
  );

export const faultNeedsMoment = (text: string): UserError =>
  new UserError(
    "fault/needs-moment",
    `"${text}": this fault happens at one moment, expected for example @90s.`,
    FAULT_FORM,
  );

export const twinCompilerMissing = (compiler: string, cause: unknown): UserError =>
  new UserError(
    "twin/compiler-missing",
    `The C++ compiler ${compiler} cannot be run here.`,
    "Install it or name another; without one the band is compiled to WebAssembly, which needs nothing.",
    { cause },
  );

export const twinCompileFailed = (compiler: string, messages: string, cause: unknown): UserError =>
  new UserError(
    "twin/compile-failed",
    `${compiler} does not compile the project's sources:\n${messages.trim()}`,
    "If the project is as it was generated, this is a bug in Bandsmith; otherwise mend what was changed.",
    { cause },
  );

export const twinNeedsPosix = (platform: string): UserError =>
  new UserError(
    "twin/needs-posix",
    `A native band talks through named pipes, which ${platform} does not have.`,
    "Leave out --cc: the band then runs as WebAssembly, everywhere.",
  );

export const projectNotFound = (where: string, manifest: string): UserError =>
  new UserError(
    "project/not-found",
    `${where} holds no generated project: there is no ${manifest} in it or in its folder firmware.`,
    "Name a folder that `bandsmith build` has written, or the band.yaml that was built.",
  );

export const projectBadManifest = (file: string, found: string): UserError =>
  new UserError(
    "project/bad-manifest",
    `${file} is not what Bandsmith writes: ${found}.`,
    "Build the band again; --force overwrites files that were edited.",
  );

export const projectOtherModel = (folder: string, expected: string, found: string): UserError =>
  new UserError(
    "project/other-model",
    `model.tflite in ${folder} is ${found}, but the project was generated from ${expected}.`,
    "Build the band again.",
  );

export const recordingEmpty = (path: string): UserError =>
  new UserError(
    "twin/empty-recording",
    `${path} holds no session of two samples or more.`,
    "Name a file or a folder of recordings; see docs/data.md.",
  );

export const pressBad = (text: string): UserError =>
  new UserError(
    "twin/bad-press",
    `${text} is no press of the button.`,
    "Write the time of a short press such as 20s, or from when to when it is held such as 20s-23s.",
  );

export const twinNoEngine = (folder: string): UserError =>
  new UserError(
    "twin/no-engine",
    `${folder} cannot run on a computer: its network has an operator without a kernel in C++.`,
    "The project's README names the operators; choose another model, or try the band itself.",
  );
