// An independent look at a file that the reader accepted: every reference in it, followed with the flatbuffers package
// alone, must stay inside the file. Shares no code with src/tflite on purpose.
import { ByteBuffer } from "flatbuffers";

/** The first reference out of range, in words; null if there is none. */
export function outOfRange(bytes: Uint8Array): string | null {
  const buffer = new ByteBuffer(bytes);
  const inFile = (at: number, size: number): boolean => at >= 0 && at + size <= bytes.length;
  const model = buffer.readInt32(0);
  const codes = vector(buffer, model, 1);
  const subgraphs = vector(buffer, model, 2);
  const buffers = vector(buffer, model, 4);
  for (const { start, length } of [codes, subgraphs, buffers]) {
    if (!inFile(start, 4 * length)) return "a vector of the model";
  }
  for (const subgraph of tables(buffer, subgraphs)) {
    const tensors = vector(buffer, subgraph, 0);
    for (const tensor of tables(buffer, tensors)) {
      const index = scalar(buffer, tensor, 2);
      if (index < 0 || index >= buffers.length) return `buffer ${index} of ${buffers.length}`;
      const data = vector(buffer, tables(buffer, buffers)[index]!, 0);
      if (!inFile(data.start, data.length)) return `the data of buffer ${index}`;
    }
    for (const slot of [1, 2]) {
      const wrong = integers(buffer, vector(buffer, subgraph, slot)).find(
        (i) => i < 0 || i >= tensors.length,
      );
      if (wrong !== undefined) return `input or output ${wrong} of ${tensors.length} tensors`;
    }
    for (const operator of tables(buffer, vector(buffer, subgraph, 3))) {
      const code = scalar(buffer, operator, 0);
      if (code < 0 || code >= codes.length) return `operator code ${code} of ${codes.length}`;
      const inputs = integers(buffer, vector(buffer, operator, 1));
      const outputs = integers(buffer, vector(buffer, operator, 2));
      // −1 stands for an optional input that is left out.
      const wrong = [...inputs.filter((i) => i !== -1), ...outputs].find((i) => i < 0 || i >= tensors.length);
      if (wrong !== undefined) return `tensor ${wrong} of ${tensors.length}`;
    }
  }
  return null;
}

interface Vector {
  readonly start: number;
  readonly length: number;
}

function field(buffer: ByteBuffer, table: number, slot: number): number {
  const offset = buffer.__offset(table, 4 + 2 * slot);
  return offset === 0 ? 0 : table + offset;
}

function scalar(buffer: ByteBuffer, table: number, slot: number): number {
  const at = field(buffer, table, slot);
  return at === 0 ? 0 : buffer.readInt32(at);
}

function vector(buffer: ByteBuffer, table: number, slot: number): Vector {
  const at = field(buffer, table, slot);
  if (at === 0) return { start: 0, length: 0 };
  const start = at + buffer.readInt32(at);
  return { start: start + 4, length: buffer.readInt32(start) };
}

function integers(buffer: ByteBuffer, { start, length }: Vector): number[] {
  if (length < 0 || start + 4 * length > buffer.capacity()) throw new RangeError("a vector leaves the file");
  return Array.from({ length }, (_, i) => buffer.readInt32(start + 4 * i));
}

function tables(buffer: ByteBuffer, of: Vector): number[] {
  return integers(buffer, of).map((offset, i) => of.start + 4 * i + offset);
}
