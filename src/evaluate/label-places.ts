// Where the names of points stand in a picture, so that they do not cover each other: the first free corner of each.

/** In pixels, y downwards. */
export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Which way a name lies from its point, in the order of preference. */
export const LABEL_PLACES = [
  { id: "upper right", align: "left", dx: 8, dy: -7 },
  { id: "lower right", align: "left", dx: 8, dy: 12 },
  { id: "upper left", align: "right", dx: -8, dy: -7 },
  { id: "lower left", align: "right", dx: -8, dy: 12 },
] as const;
export type LabelPlace = (typeof LABEL_PLACES)[number]["id"];

/** Of letters of 11 pixels; a font that nobody has measured may be a little wider. */
const LETTER_WIDTH = 6.2;
const LINE_HEIGHT = 13;
/** Half the side of a point. */
const POINT = 6;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A place for each, in their order; where every corner is taken, the first. */
export function placeLabels(points: readonly Placed[]): LabelPlace[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - POINT,
    right: x + POINT,
    top: y - POINT,
    bottom: y + POINT,
  }));
  return points.map((point) => {
    const free = LABEL_PLACES.find((place) => !taken.some((box) => overlap(box, boxOf(point, place))));
    const place = free ?? LABEL_PLACES[0];
    taken.push(boxOf(point, place));
    return place.id;
  });
}

function boxOf({ x, y, text }: Placed, { align, dx, dy }: (typeof LABEL_PLACES)[number]): Box {
  const width = LETTER_WIDTH * text.length;
  const left = align === "left" ? x + dx : x + dx - width;
  return { left, right: left + width, top: y + dy - LINE_HEIGHT / 2, bottom: y + dy + LINE_HEIGHT / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
