// Messages of band.yaml.
import { UserError } from "../errors.ts";

export const bandBadYaml = (where: string, found: string): UserError =>
  new UserError("band/bad-yaml", `${where}: this is not YAML: ${found}.`, "Mend the syntax at that line.");

export const bandBadKey = (where: string, key: string, found: string, nearest: string): UserError =>
  new UserError(
    "band/bad-key",
    `${where}: ${key === "" ? "the file" : key} ${found}.`,
    nearest === ""
      ? "See docs/band-yaml.md for every key, or let an editor check the file with schema/band.schema.json."
      : `Did you mean ${nearest}?`,
  );
