// Where data files come from: a flat list of names and their bytes. Loaders see only this, never the disk.

/** Files of one data set; names are relative, with "/" between folders. */
export interface DataSource {
  /** The data path as the person wrote it, for messages. */
  readonly path: string;
  /** Sorted by name (code units), the order in which everything is read. */
  readonly files: readonly string[];
  /** Raw bytes, still compressed. */
  bytes(file: string): Uint8Array;
  /** Text of a `.gz` or plain file. @throws UserError data/empty-file, data/bad-gzip, data/truncated-gzip, data/not-text */
  text(file: string): string;
}

/** Last part of a name. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Folder part of a name with its "/", or "". */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}
