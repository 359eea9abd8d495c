// What generation gives and takes: files by their path, with "/" between folders.

export type FileContent = string | Uint8Array;

/** Path below the project's folder to content. */
export type FileTree = ReadonlyMap<string, FileContent>;

/** The package's own text files that a project is made from, read by the caller. */
export interface Resources {
  /** templates/: path below it to text. */
  readonly templates: ReadonlyMap<string, string>;
  /** firmware/: path below it to text. */
  readonly firmware: ReadonlyMap<string, string>;
}
