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
