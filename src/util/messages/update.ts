// Messages of keys, of head files, and of sending one to a band.
import { UserError } from "../errors.ts";

export const keyExists = (file: string): UserError =>
  new UserError(
    "keys/exists",
    `${file} is already there, and a key that is overwritten is lost.`,
    "Choose another folder, or move the old pair away; nothing was written.",
  );

export const keyBad = (file: string, wanted: "private" | "public", found: string): UserError =>
  new UserError(
    "keys/bad",
    `${file} is no ${wanted} Ed25519 key in PEM: ${found}.`,
    "bandsmith keys makes a pair: head-private.pem signs and stays with you, head-public.pem goes into band.yaml.",
  );

export const headFileBad = (file: string, found: string): UserError =>
  new UserError(
    "head-file/bad",
    `${file} is no head that a band would take: ${found}.`,
    "Make it anew with bandsmith personalize.",
  );

export const headLabelTooLong = (label: string, most: number): UserError =>
  new UserError(
    "head-file/long-label",
    `The activity "${label}" has more than ${most} bytes of UTF-8, which is what a head file has room for.`,
    "Give it a shorter name, for example with activities in band.yaml.",
  );

export const headFileOtherModel = (file: string, made: string, there: string): UserError =>
  new UserError(
    "head-file/other-model",
    `${file} was made for model ${made}, and the band has ${there}.`,
    "Make a head for the model that is on the band, or build and flash the other one first.",
  );

export const headFileOtherKey = (file: string): UserError =>
  new UserError(
    "head-file/other-key",
    `${file} is not signed with the key that the band was built for.`,
    "Sign it with the private key whose public half band.yaml names under update.publicKey.",
  );

export const bandWithoutKey = (project: string): UserError =>
  new UserError(
    "update/no-key",
    `The firmware of ${project} knows no key, and takes no head that is sent.`,
    "bandsmith keys, then update: { publicKey: head-public.pem } in band.yaml, then build and flash.",
  );

export const bandWithoutHead = (project: string): UserError =>
  new UserError(
    "update/no-head",
    `The network of ${project} does not end in a layer that can be exchanged.`,
    "Heads need a model that ends in a dense layer of at most 256 inputs and a softmax of 2 to 32 activities.",
  );

export const pushWithoutHead = (): UserError =>
  new UserError(
    "push/no-head",
    "push wants either a head file or --drop.",
    "bandsmith push anna.head sends one; bandsmith push --drop takes the band's back.",
  );

/** By the words of the band (firmware/bandsmith/app/head_file.cpp). */
const REFUSALS: Readonly<Record<string, string>> = {
  "not newer":
    "The band has taken a head with this sequence or a higher one before: make a new one, which gets a higher one.",
  signature:
    "The firmware on the band has another key: build and flash it with this one, or sign with the other.",
  "of another model": "Build and flash the model that the head was made for, or make one for the band's.",
  "this firmware has no key": "Name the public key under update in band.yaml, build and flash.",
  flash:
    "The band's flash does not take it; the old head is in use. Flash the firmware anew, with its partitions.",
};

export const headRefused = (file: string, why: string): UserError =>
  new UserError(
    "push/refused",
    `The band refuses ${file}: ${why}. Its head is as it was.`,
    REFUSALS[why] ?? "See that the project is the one on the band, and make the head anew.",
  );

export const headDropRefused = (why: string): UserError =>
  new UserError(
    "push/drop-refused",
    `The band cannot take its head back: ${why}.`,
    "Its flash refuses to be written: flash the firmware anew, with its partitions.",
  );

export const bandSilent = (port: string, heard: boolean): UserError =>
  new UserError(
    "push/silent",
    heard
      ? `The band on ${port} talks, but does not answer; its head is the old one or the new one.`
      : `Nothing on ${port} answers.`,
    heard
      ? "Its firmware may be older than heads, or the cable may carry one direction only. Send it again: nothing can be half installed."
      : "See that the band is on and that no other program reads the port, press its button, and try again.",
  );

export const severalPorts = (ports: readonly string[]): UserError =>
  new UserError(
    "push/several-ports",
    `There are several serial ports: ${ports.join(", ")}.`,
    "Name the band's: --port PORT.",
  );

export const portUnusable = (port: string, why: string): UserError =>
  new UserError(
    "device/port-unusable",
    `${port} cannot be used as a serial port (${why}).`,
    "push and collect need Linux or macOS, their stty, and a port that a board hangs on.",
  );
