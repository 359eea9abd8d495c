// Writes schema/band.schema.json, which editors check band.yaml with. Usage: npx tsx scripts/emit-schema.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { bandJsonSchema } from "../src/spec/read-band.ts";

mkdirSync("schema", { recursive: true });
writeFileSync("schema/band.schema.json", `${JSON.stringify(bandJsonSchema(), null, 2)}\n`);
