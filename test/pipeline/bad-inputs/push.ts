// Mistakes with keys, with head files and with sending them, told by a band that follows a script.
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { push as pushCommand } from "../../../src/cli/commands/push.ts";
import { createOutput } from "../../../src/cli/output.ts";
import type { FileTree } from "../../../src/codegen/file-tree.ts";
import { generateProject } from "../../../src/codegen/generate-project.ts";
import type { Head } from "../../../src/personalize/head.ts";
import type { HeadFile } from "../../../src/personalize/head-file.ts";
import { makeKeys } from "../../../src/pipeline/head-keys.ts";
import { type PushOptions, pushHead } from "../../../src/pipeline/push.ts";
import { openSerial, serialDevice } from "../../../src/pipeline/serial-device.ts";
import { onlyPort } from "../../../src/pipeline/serial-ports.ts";
import { projectInput, smallGraph } from "../../codegen/small-project.ts";
import { headFileFor, personalHead } from "../../support/head-for-project.ts";
import { scriptedBand } from "../../support/scripted-band.ts";
import { writeTree } from "../../support/write-tree.ts";
import { TINY_BAND } from "../support.ts";
import { type BadInput, build, silent } from "./support.ts";

const KEYS = generateKeyPairSync("ed25519");

function project(publicKey: Uint8Array | undefined): FileTree {
  return generateProject({ ...projectInput("esp32-devkit"), publicKey });
}

const WITH_KEY = project(new Uint8Array(KEYS.publicKey.export({ type: "spki", format: "der" })).slice(-32));

function placeProject(tree: FileTree): void {
  writeTree("small", tree);
}

function place(
  { head = personalHead(smallGraph(), 4), ...changes }: Partial<HeadFile> & { readonly head?: Head } = {},
  key = KEYS.privateKey,
): void {
  writeFileSync("anna.head", headFileFor(WITH_KEY, head, 1, key, changes));
}

/** @param answer of the band @param headFile null takes the band's back */
function push(
  answer: (command: string | null) => readonly Readonly<Record<string, unknown>>[] = () => [],
  headFile: string | null = "anna.head",
  options: Partial<PushOptions> = {},
): Promise<unknown> {
  const band = scriptedBand(answer);
  return pushHead({
    project: "small",
    headFile,
    port: "/dev/ttyUSB0",
    onProgress: silent,
    ...band,
    ...options,
  });
}

const GENERAL = { event: "head", detail: "general", classes: 3 };

/** Takes every part, and then says so. */
function refusing(why: string): (command: string | null) => readonly Readonly<Record<string, unknown>>[] {
  let taken = 0;
  return (command) => {
    if (command === "head tell") return [GENERAL];
    if (command?.startsWith("head begin") === true) return [{ event: "head-line", detail: "ready", at: 0 }];
    if (command === "head end" || command === "head drop") return [{ event: "head-refused", detail: why }];
    const part = command?.split(" ")[3];
    if (part === undefined) return [];
    taken += Buffer.from(part, "base64").length;
    return [{ event: "head-line", detail: "taken", at: taken }];
  };
}

function pushTo(tree: FileTree, change: () => void = () => undefined): Promise<unknown> {
  placeProject(tree);
  place();
  change();
  return push();
}

export const PUSH: readonly BadInput[] = [
  {
    what: "a second pair of keys in a folder",
    code: "keys/exists",
    act() {
      makeKeys(".");
      makeKeys(".");
    },
  },
  {
    what: "a private key where the public one belongs",
    code: "keys/bad",
    act() {
      makeKeys(".");
      return build(`${TINY_BAND}update: {publicKey: head-private.pem}\n`);
    },
  },
  {
    what: "a key that is none",
    code: "keys/bad",
    act: () => build(`${TINY_BAND}update: {publicKey: key.pem}\n`, { "key.pem": "ssh-ed25519 AAAA anna\n" }),
  },
  {
    what: "a head file that is none",
    code: "head-file/bad",
    act: () =>
      pushTo(WITH_KEY, () => {
        writeFileSync("anna.head", "anna");
      }),
  },
  {
    what: "an activity with a long name in a head",
    code: "head-file/long-label",
    act() {
      const head = personalHead(smallGraph(), 4);
      place({ head: { ...head, labels: ["walking", "Übungen an der Sprossenwand", "c", "d"] } });
    },
  },
  {
    what: "a head of another model on its way to a band",
    code: "head-file/other-model",
    act: () =>
      pushTo(WITH_KEY, () => {
        place({ modelHash: new Uint8Array(32) });
      }),
  },
  {
    what: "a head that was signed with another key",
    code: "head-file/other-key",
    act: () =>
      pushTo(WITH_KEY, () => {
        place({}, generateKeyPairSync("ed25519").privateKey);
      }),
  },
  {
    what: "a head for a firmware without a key",
    code: "update/no-key",
    act: () => pushTo(project(undefined)),
  },
  {
    what: "a head for a network whose last layer cannot be exchanged",
    code: "update/no-head",
    act: () =>
      pushTo(WITH_KEY, () => {
        const manifest = JSON.parse(WITH_KEY.get("bandsmith.json") as string) as Record<string, unknown>;
        writeFileSync("small/bandsmith.json", JSON.stringify({ ...manifest, head: null }));
      }),
  },
  {
    what: "push without a head",
    code: "push/no-head",
    act: () =>
      pushCommand.run(
        {
          _: ["push"],
          $0: "bandsmith",
          json: false,
          quiet: true,
          head: undefined,
          project: "small",
          port: undefined,
          drop: false,
        },
        createOutput({ json: false, quiet: true }),
      ),
  },
  ...(["not newer", "signature", "of another model", "flash", "labels"] as const).map((why) => ({
    what: `a head that the band refuses: ${why}`,
    code: "push/refused",
    act() {
      placeProject(WITH_KEY);
      place();
      return push(refusing(why));
    },
  })),
  {
    what: "a head that the band cannot take back",
    code: "push/drop-refused",
    act: () => push(refusing("flash"), null),
  },
  { what: "a port on which nothing answers", code: "push/silent", act: () => push(() => [], null) },
  {
    what: "a band that talks and does not answer",
    code: "push/silent",
    act: () => push((command) => (command === null ? [{ event: "status", windows: 1 }] : []), null),
  },
  {
    what: "two serial ports and none named",
    code: "push/several-ports",
    act() {
      mkdirSync("dev");
      for (const name of ["ttyUSB0", "ttyACM0"]) writeFileSync(path.join("dev", name), "");
      onlyPort("dev");
    },
  },
  {
    what: "no serial port at all",
    code: "device/no-port",
    act() {
      mkdirSync("dev");
      onlyPort("dev");
    },
  },
  { what: "a serial port that is not there", code: "device/no-port", act: () => openSerial("ttyUSB9") },
  {
    what: "a file instead of a serial port",
    code: "device/port-unusable",
    act: () => openSerial("band.yaml"),
  },
  {
    what: "a port that is unplugged meanwhile",
    code: "device/port-gone",
    act() {
      // As Linux answers once a USB converter is gone: an end where there was EAGAIN.
      const gone = { read: () => 0, write: (bytes: Buffer) => bytes.length, close: silent };
      return push(() => [], null, { open: (port) => serialDevice(port, gone) });
    },
  },
];
