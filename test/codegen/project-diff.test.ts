// Which files are written: a person's edits stay, what is no longer generated goes.
import { describe, expect, it } from "vitest";
import { type Manifest, planProject, readManifest } from "../../src/codegen/project-diff.ts";
import { sha256 } from "../../src/util/hash.ts";

const tree = new Map([
  ["a.h", "new a"],
  ["b.h", "b"],
]);

function plan(disk: Readonly<Record<string, string>>, previous: Manifest, force = false) {
  const result = planProject(
    tree,
    (path) => (disk[path] === undefined ? null : sha256(disk[path])),
    previous,
    force,
  );
  return {
    actions: Object.fromEntries(result.files.map(({ path, action }) => [path, action])),
    next: readManifest(result.manifest),
  };
}
const manifest = (files: Readonly<Record<string, string>>): Manifest =>
  new Map(Object.entries(files).map(([path, content]) => [path, sha256(content)]));

describe("planProject", () => {
  it("writes everything into an empty folder", () => {
    const { actions, next } = plan({}, new Map());
    expect(actions).toEqual({ "a.h": "write", "b.h": "write" });
    expect(next).toEqual(manifest({ "a.h": "new a", "b.h": "b" }));
  });

  it("touches nothing the second time", () => {
    const { actions, next } = plan({ "a.h": "new a", "b.h": "b" }, manifest({ "a.h": "new a", "b.h": "b" }));
    expect(actions).toEqual({ "a.h": "unchanged", "b.h": "unchanged" });
    expect(next.size).toBe(2);
  });

  it("replaces what it generated itself", () => {
    const { actions } = plan({ "a.h": "old a", "b.h": "b" }, manifest({ "a.h": "old a", "b.h": "b" }));
    expect(actions).toEqual({ "a.h": "write", "b.h": "unchanged" });
  });

  it("leaves an edited file, and still knows it as edited the next time", () => {
    const first = plan({ "a.h": "mine", "b.h": "b" }, manifest({ "a.h": "old a", "b.h": "b" }));
    expect(first.actions).toEqual({ "a.h": "userEdited", "b.h": "unchanged" });
    expect(plan({ "a.h": "mine", "b.h": "b" }, first.next).actions["a.h"]).toBe("userEdited");
  });

  it("leaves a file that was there before the first generation", () => {
    const first = plan({ "a.h": "mine" }, new Map());
    expect(first.actions["a.h"]).toBe("userEdited");
    expect(plan({ "a.h": "mine", "b.h": "b" }, first.next).actions["a.h"]).toBe("userEdited");
  });

  it("writes over edits when forced", () => {
    const { actions } = plan({ "a.h": "mine", "b.h": "b" }, manifest({ "a.h": "old a", "b.h": "b" }), true);
    expect(actions).toEqual({ "a.h": "write", "b.h": "unchanged" });
  });

  it("deletes what it no longer generates, unless it was edited", () => {
    const previous = manifest({ "old.h": "o", "kept.h": "k", "gone.h": "g" });
    const { actions, next } = plan({ "old.h": "o", "kept.h": "edited" }, previous);
    expect(actions).toEqual({ "a.h": "write", "b.h": "write", "old.h": "delete", "kept.h": "userEdited" });
    expect([...next.keys()].sort()).toEqual(["a.h", "b.h", "kept.h"]);
  });

  it("believes no damaged manifest, and none that points out of the project", () => {
    expect(readManifest("{").size).toBe(0);
    expect(readManifest("null").size).toBe(0);
    expect(readManifest('{"format":2,"files":{"a":"b"}}').size).toBe(0);
    const files = {
      "../x": "h",
      "/etc/x": "h",
      "a/../../x": "h",
      "c:/x": "h",
      "a\\b": "h",
      "ok/x": "h",
      n: 1,
    };
    expect([...readManifest(JSON.stringify({ format: 1, files })).keys()]).toEqual(["ok/x"]);
  });
});
