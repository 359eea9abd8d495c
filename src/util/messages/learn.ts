// Messages of bands that learn from their wearer.
import { UserError } from "../errors.ts";

export const learnWithoutButton = (board: string): UserError =>
  new UserError(
    "learn/no-button",
    `The board ${board} has no button, by which a band is taught.`,
    "Leave learn out of band.yaml, or name the button's pin in the board's file (docs/adding-a-board.md).",
  );

export const learnTooManyActivities = (known: number, added: number, most: number): UserError =>
  new UserError(
    "learn/too-many-activities",
    `${known} activities of the network and ${added} of learn.activities are ${known + added}; a head has at most ${most}.`,
    "Name fewer in learn.activities.",
  );

export const learnTooManyWindows = (activities: number, windows: number, most: number): UserError =>
  new UserError(
    "learn/too-many-windows",
    `${windows} windows of each of ${activities} activities are ${activities * windows}; a head is fitted on at most ${most}.`,
    `Set learn.windows to ${Math.floor(most / activities)} or fewer, or name fewer activities.`,
  );

export const learnBadName = (label: string, found: string): UserError =>
  new UserError(
    "learn/bad-name",
    `The activity ${JSON.stringify(label)} cannot be learned under this name: ${found}.`,
    "Give it another name, under activities or learn.activities in band.yaml.",
  );
