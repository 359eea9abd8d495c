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

export const faultAfterEnd = (text: string, untilSeconds: number): UserError =>
  new UserError(
    "fault/after-end",
    `"${text}" begins when the run is over: it ends at ${Number(untilSeconds.toFixed(1))} s.`,
    "Let it begin earlier, or the run last longer: --until SECONDS.",
  );

export const twinCompilerMissing = (compiler: string, cause: unknown): UserError =>
  new UserError(
    "twin/compiler-missing",
    `The C++ compiler "${compiler}" cannot be run here.`,
    "Install it or name another; without one the band is compiled to WebAssembly, which needs nothing.",
    { cause },
  );

export const twinCompileFailed = (compiler: string, messages: string, cause: unknown): UserError =>
  new UserError(
    "twin/compile-failed",
    `${compiler} does not compile the project's sources:\n${messages.trim()}`,
    "Name a g++ or clang++ for C++17, and mend what was changed in the project; if nothing was, this is a bug in Bandsmith.",
    { cause },
  );

export const twinNeedsPosix = (platform: string): UserError =>
  new UserError(
    "twin/needs-posix",
    `A native band talks through named pipes, which ${platform} does not have.`,
    "Leave out --cc: the band then runs as WebAssembly, everywhere.",
  );

export const projectNotFound = (folder: string, manifest: string, band: string): UserError =>
  new UserError(
    "project/not-found",
    `There is no generated project in ${folder}: ${manifest} is not there.`,
    `Make it first: bandsmith build ${band}`,
  );

export const projectBadManifest = (file: string, key: string, found: string): UserError =>
  new UserError(
    "project/bad-manifest",
    `${file} is not what Bandsmith writes: ${key === "" ? "" : `${key}: `}${found}.`,
    "Build the band again; --force overwrites files that were edited.",
  );

export const projectOtherModel = (folder: string, expected: string, found: string): UserError =>
  new UserError(
    "project/other-model",
    `model.tflite in ${folder} is ${found}, but the project was generated from ${expected}.`,
    "Build the band again.",
  );

export const projectBadModel = (file: string, found: string): UserError =>
  new UserError(
    "project/bad-model",
    `${file} is no band's model: ${found}.`,
    "Build the band again; --force overwrites files that were edited.",
  );

export const projectNoMetric = (file: string): UserError =>
  new UserError(
    "project/no-metric",
    `${file} is not there, by which heads are fitted: the project is of an earlier version, or of a network without a head.`,
    "Build the band again.",
  );

export const projectBadMetric = (file: string, found: string): UserError =>
  new UserError(
    "project/bad-metric",
    `${file} cannot fit heads to the project's model: ${found}.`,
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
    `"${text}" is no press of the button.`,
    "Write the time of a short press such as 20s, or from when to when it is held such as 20s-23s.",
  );

export const pressAfterEnd = (text: string, untilSeconds: number): UserError =>
  new UserError(
    "twin/late-press",
    `The press "${text}" comes when the run is over: it ends at ${Number(untilSeconds.toFixed(1))} s.`,
    "Press earlier, or let the run last longer: --until SECONDS.",
  );

export const loopWithoutEnd = (): UserError =>
  new UserError(
    "twin/endless-loop",
    "--loop plays a recording for ever, and nothing says which or until when.",
    "Name the recording and the end: --recording FILE --loop --until SECONDS.",
  );

export const twinNoEngine = (folder: string, engine: string): UserError =>
  new UserError(
    "twin/no-engine",
    `${folder} cannot run on a computer: it has no ${engine}, which is left out where an operator of the network has no kernel in C++.`,
    "The project's README names such operators: choose another model, or try the band itself. If it names none, build the band again.",
  );
