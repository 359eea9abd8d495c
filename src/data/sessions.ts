// Sessions by their names.

/** @param pattern a name in which * stands for any letters, also for none */
export function sessionMatcher(pattern: string): (session: string) => boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const expression = new RegExp(`^${escaped}$`, "su");
  return (session) => expression.test(session);
}
