// The flash as partitions (ESP-IDF programming guide, Partition Tables): what partitions.csv says.

/** Where the first app partition begins; before it stand the boot loader and the small partitions. */
const APP_OFFSET = 0x10000;
/** Apps are mapped in pages of this size. */
export const APP_ALIGNMENT = 0x10000;
/** Reserved for a network that is sent to the band, such as one that has learnt its wearer. */
export const MODEL_PARTITION_BYTES = 0x10000;

export interface Partition {
  readonly name: string;
  readonly type: "app" | "data";
  readonly subtype: string;
  readonly offset: number;
  readonly bytes: number;
}

/** ESP-IDF's own table "Factory app, two OTA definitions" without the factory app, and the model behind it. */
export function partitionTable(appPartitionBytes: number): readonly Partition[] {
  const app1 = APP_OFFSET + appPartitionBytes;
  return [
    { name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, bytes: 0x4000 },
    { name: "otadata", type: "data", subtype: "ota", offset: 0xd000, bytes: 0x2000 },
    { name: "phy_init", type: "data", subtype: "phy", offset: 0xf000, bytes: 0x1000 },
    { name: "app0", type: "app", subtype: "ota_0", offset: APP_OFFSET, bytes: appPartitionBytes },
    { name: "app1", type: "app", subtype: "ota_1", offset: app1, bytes: appPartitionBytes },
    // Subtypes below 0x40 are ESP-IDF's own.
    {
      name: "model",
      type: "data",
      subtype: "0x40",
      offset: app1 + appPartitionBytes,
      bytes: MODEL_PARTITION_BYTES,
    },
  ];
}

/** The first byte behind the last partition. */
export function partitionsEnd(appPartitionBytes: number): number {
  const last = partitionTable(appPartitionBytes).at(-1)!;
  return last.offset + last.bytes;
}
