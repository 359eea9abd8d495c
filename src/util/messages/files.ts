// Messages of files that cannot be read or written.
import { UserError } from "../errors.ts";

export const fileNotFound = (path: string, what: string): UserError =>
  new UserError("file/not-found", `${what}: there is no ${path}.`, "Check the path.");

export const fileIsFolder = (path: string, what: string): UserError =>
  new UserError(
    "file/is-folder",
    `${what}: ${path} is a folder, a file was expected.`,
    "Name the file in it.",
  );

export const fileUnreadable = (path: string, cause: unknown): UserError =>
  new UserError(
    "file/unreadable",
    `${path} cannot be read (${(cause as { code?: string }).code ?? String(cause)}).`,
    "Check the file's permissions.",
    { cause },
  );

export const fileUnwritable = (path: string, cause: unknown): UserError =>
  new UserError(
    "file/unwritable",
    `${path} cannot be written (${(cause as { code?: string }).code ?? String(cause)}).`,
    "Check the folder's permissions and the free space; nothing was left half-written.",
    { cause },
  );

export const fileExists = (path: string): UserError =>
  new UserError("file/exists", `${path} is already there.`, "Choose another folder; nothing was written.");
