// A recorded label for a finished network: which of its activities it is.

/**
 * @param label as recorded
 * @param name its readable name; the label itself where there is none
 * @param activities activity of the network to the recorded labels that it stands for; null where each is its own
 * @returns index into `labels`, −1 where the network does not know it
 */
export function recordedAs(
  label: string,
  name: string,
  labels: readonly string[],
  activities: Readonly<Record<string, readonly string[]>> | null,
): number {
  return activities === null
    ? labels.indexOf(name)
    : labels.findIndex((one) => activities[one]?.some((recorded) => recorded === label || recorded === name));
}
