// band.yaml's text to a BandSpec: every complaint names the file, the line and the key.
import { type Document, isMap, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { bandBadKey, bandBadYaml } from "../util/messages.ts";
import { type BandSpec, bandSchema } from "./band.ts";

/** A checked band file that still knows its lines. */
export interface BandText {
  readonly band: BandSpec;
  /** "file:line" of a key, for messages about what it names. */
  readonly whereIs: (...path: readonly string[]) => string;
}

/**
 * Reads and checks a band file.
 * @param source the file's name, for messages
 * @throws UserError band/bad-yaml, band/bad-key
 */
export function readBand(text: string, source: string): BandText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const line = syntax.linePos?.[0].line ?? 1;
    throw bandBadYaml(
      `${source}:${line}`,
      syntax.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
    );
  }
  const result = bandSchema.safeParse(document.toJS() ?? {});
  if (result.success) {
    return { band: result.data, whereIs: (...path) => `${source}:${lineOf(document, lines, path)}` };
  }
  const issue = deepest(result.error.issues);
  const key = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const [unknown] = issue.keys;
    const path = [...issue.path, unknown!];
    throw bandBadKey(
      `${source}:${lineOf(document, lines, path)}`,
      path.join("."),
      "is not a key",
      suggestion(issue.path, unknown!),
    );
  }
  throw bandBadKey(
    `${source}:${lineOf(document, lines, issue.path)}`,
    key,
    explain(issue, valueAt(document, issue.path)),
    "",
  );
}

/** JSON Schema (draft 2020-12) of band.yaml, for editors. */
export function bandJsonSchema(): object {
  return { title: "band.yaml of Bandsmith", ...z.toJSONSchema(bandSchema, { io: "input" }) };
}

type Issue = z.core.$ZodIssue;

/** A union reports all of its branches: the branch that got furthest is the one that was meant. */
function deepest(issues: readonly Issue[]): Issue {
  const candidates = issues.flatMap((issue): Issue[] => {
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
    const branches = issue.errors
      .filter((branch) => branch.length > 0)
      .map((branch) => deepest(branch))
      .filter((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys");
    return branches.length === 0
      ? [issue]
      : branches.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
  // A misspelt key usually explains what else is said to be missing.
  const unknown = candidates.filter((issue) => issue.code === "unrecognized_keys");
  const pool = unknown.length > 0 ? unknown : candidates;
  return pool.reduce((best, issue) => (issue.path.length > best.path.length ? issue : best));
}

function explain(issue: Issue, value: unknown): string {
  const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
  // For a union all that zod says is that the input is invalid.
  if (issue.message === "Invalid input") return found;
  return `${found}; ${issue.message.replace(/^Invalid (input|option): /, "").replace(/, received .*$/, "")}`;
}

function valueAt(document: Document, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === "object" ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    document.toJS(),
  );
}

/** Line of the key itself where it is there, else of the nearest parent that is. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    if (!isMap(parent)) {
      const item = document.getIn(path.slice(0, depth), true);
      if (isNode(item) && item.range) return lines.linePos(item.range[0]).line;
      continue;
    }
    const pair = parent.items.find(
      (item) => isNode(item.key) && String(item.key) === String(path[depth - 1]),
    );
    if (pair !== undefined && isNode(pair.key) && pair.key.range)
      return lines.linePos(pair.key.range[0]).line;
  }
  return 1;
}

/** The known key at that level that is closest to a misspelt one, or "". */
function suggestion(path: readonly PropertyKey[], unknown: string): string {
  const schema = bandJsonSchema() as JsonSchema;
  const level = path.reduce<JsonSchema | undefined>((at, key) => at && step(at, String(key)), schema);
  const known =
    level === undefined
      ? []
      : [level, ...(level.anyOf ?? []), ...(level.oneOf ?? [])].flatMap((s) =>
          Object.keys(s.properties ?? {}),
        );
  const ranked = known.map((key) => ({
    key,
    distance: editDistance(key.toLowerCase(), unknown.toLowerCase()),
  }));
  const best = ranked.reduce<{ key: string; distance: number } | null>(
    (least, next) => (least === null || next.distance < least.distance ? next : least),
    null,
  );
  return best !== null && best.distance <= 3 ? best.key : "";
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function step(schema: JsonSchema, key: string): JsonSchema | undefined {
  const branches = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return branches.map((branch) => branch.properties?.[key]).find((found) => found !== undefined);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
