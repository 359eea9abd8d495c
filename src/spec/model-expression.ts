// The arithmetic of model files: numbers, $parameters, + - * / ^ and parentheses, nothing else.
import { modelBadExpression } from "../util/messages.ts";

/** What `$name` stands for. */
export type Scope = Readonly<Record<string, number>>;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\$([A-Za-z_][A-Za-z0-9_]*)|([-+*/^()]))/y;

type Token =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "symbol"; readonly symbol: string };

/**
 * Evaluates an expression such as "$filters * 1.5 ^ $i". `^` binds tightest and to the right, as in mathematics.
 * @param where the place in the model file, for messages
 * @throws UserError model/bad-expression
 */
export function evaluateExpression(text: string, scope: Scope, where: string): number {
  const tokens = tokenize(text, where);
  let at = 0;

  const fail = (found: string): never => {
    throw modelBadExpression(where, text, found);
  };
  const accept = (...symbols: readonly string[]): string | null => {
    const token = tokens[at];
    if (token?.kind !== "symbol" || !symbols.includes(token.symbol)) return null;
    at++;
    return token.symbol;
  };
  const primary = (): number => {
    const token = tokens[at++];
    if (token === undefined) return fail("its end where a value was expected");
    if (token.kind === "number") return token.value;
    if (token.kind === "name") {
      return scope[token.name] ?? fail(`$${token.name}; known are ${listNames(scope)}`);
    }
    if (token.symbol === "-") return -power();
    if (token.symbol !== "(") return fail(`"${token.symbol}" where a value was expected`);
    const value = sum();
    if (accept(")") === null) fail("no closing parenthesis");
    return value;
  };
  const power = (): number => {
    const base = primary();
    return accept("^") === null ? base : base ** power();
  };
  const product = (): number => {
    let value = power();
    for (let symbol = accept("*", "/"); symbol !== null; symbol = accept("*", "/")) {
      const right = power();
      value = symbol === "*" ? value * right : value / right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let symbol = accept("+", "-"); symbol !== null; symbol = accept("+", "-")) {
      const right = product();
      value = symbol === "+" ? value + right : value - right;
    }
    return value;
  };

  const value = sum();
  if (at < tokens.length) fail("something after the end of the expression");
  if (!Number.isFinite(value)) fail(`the value ${value}`);
  return value;
}

function tokenize(text: string, where: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw modelBadExpression(where, text, `"${text.slice(start, end).trim()}"`);
    const [, number, name, symbol] = match;
    if (number !== undefined) tokens.push({ kind: "number", value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: "name", name });
    else tokens.push({ kind: "symbol", symbol: symbol! });
  }
  return tokens;
}

function listNames(scope: Scope): string {
  return Object.keys(scope)
    .map((name) => `$${name}`)
    .join(", ");
}
