// Boards that ship: boards/<id>.json, checked against the schema.
import { type Board, parseBoard } from "../spec/board.ts";
import { unknownBoard } from "../util/messages.ts";
import { idsIn, readFolder } from "./resources.ts";

/**
 * @param where what named the board, for the message
 * @throws UserError board/unknown, board/bad-file
 */
export function loadBoard(id: string, where: string): Board {
  const text = readFolder("boards").get(`${id}.json`);
  if (text === undefined) throw unknownBoard(where, id, idsIn("boards", ".json"));
  return parseBoard(JSON.parse(text), id);
}
