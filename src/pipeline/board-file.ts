// Boards that ship: boards/<id>.json, checked against the schema.
import { type Board, parseBoard } from "../spec/board.ts";
import { unknownBoard } from "../util/messages.ts";
import { idsIn, readFolder } from "./resources.ts";

/** @throws UserError board/unknown */
export function loadBoard(id: string): Board {
  const text = readFolder("boards").get(`${id}.json`);
  if (text === undefined) throw unknownBoard(id, idsIn("boards", ".json"));
  return parseBoard(JSON.parse(text), id);
}
