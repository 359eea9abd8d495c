// CRC-32 as in zlib and Ethernet (ISO 3309); the firmware's twin is app/crc32.h. Node's own came with 20.15, but the
// pure folders use no Node module.

/** The polynomial, reversed. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : POLYNOMIAL);
  return crc;
});

/** Unsigned; of the values' low eight bits. */
export function crc32(values: ArrayLike<number>): number {
  let crc = 0xffffffff;
  for (let i = 0; i < values.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ values[i]!) & 0xff]!;
  return ~crc >>> 0;
}
