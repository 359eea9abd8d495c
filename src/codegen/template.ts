// Templates that only print: Handlebars held to {{x}}, {{#each}} and {{#if}}, every path checked against the view.
import Handlebars from "handlebars";

type ViewValue = string | number | boolean | View | readonly ViewValue[];
export interface View {
  readonly [key: string]: ViewValue;
}

/** A mistake in a template: a bug of Bandsmith, told with the template's name and line. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

const BLOCKS = new Set(["each", "if"]);

/** What a template is of: text is printed as it is; in HTML it is escaped, and only {{{x}}} prints markup. */
export type Language = "text" | "html";

/** Fills a template. @throws TemplateError where it does more than print, or names what the view does not have */
export function render(template: string, view: View, name: string, language: Language = "text"): string {
  checkTemplate(template, view, name, language);
  const compiled = Handlebars.compile(template, {
    noEscape: language === "text",
    strict: true,
    knownHelpersOnly: true,
    preventIndent: true,
  });
  return compiled(view);
}

/** The check alone. The body of an {{#each}} is checked against every item; of an empty list there is nothing to check. */
export function checkTemplate(template: string, view: View, name: string, language: Language = "text"): void {
  walk(Handlebars.parse(template), [view], { name, language });
}

interface Place {
  readonly name: string;
  readonly language: Language;
}

/** Innermost scope first. */
type Scopes = readonly [ViewValue, ...ViewValue[]];

function walk(program: hbs.AST.Program, scopes: Scopes, place: Place): void {
  for (const statement of program.body) {
    switch (statement.type) {
      case "ContentStatement":
      case "CommentStatement":
        break;
      case "MustacheStatement":
        checkMustache(statement as hbs.AST.MustacheStatement, scopes, place);
        break;
      case "BlockStatement":
        checkBlock(statement as hbs.AST.BlockStatement, scopes, place);
        break;
      default:
        fail(place.name, statement, `${statement.type} is not allowed`);
    }
  }
}

function checkMustache(
  statement: hbs.AST.MustacheStatement,
  scopes: Scopes,
  { name, language }: Place,
): void {
  if (!statement.escaped && language === "text") fail(name, statement, "{{{ }}} is not allowed");
  if (statement.params.length > 0 || hasHash(statement)) fail(name, statement, "helpers are not allowed");
  const value = resolve(statement.path, scopes, name);
  if (typeof value === "object") fail(name, statement, "only text, numbers and booleans can be printed");
}

function checkBlock(statement: hbs.AST.BlockStatement, scopes: Scopes, place: Place): void {
  const { name } = place;
  const helper = statement.path.original;
  if (!BLOCKS.has(helper)) fail(name, statement, `{{#${helper}}} is not allowed`);
  const [param] = statement.params;
  if (param === undefined || statement.params.length !== 1 || hasHash(statement)) {
    fail(name, statement, `{{#${helper}}} takes one path`);
  }
  const value = resolve(param, scopes, name);
  if (helper === "if") {
    if (typeof value !== "boolean") fail(name, statement, "{{#if}} wants a boolean");
    walk(statement.program, scopes, place);
  } else {
    if (!Array.isArray(value)) fail(name, statement, "{{#each}} wants a list");
    for (const item of value as readonly ViewValue[]) walk(statement.program, [item, ...scopes], place);
  }
  // Handlebars leaves `inverse` out where there is no {{else}}, whatever its types say.
  const inverse = statement.inverse as hbs.AST.Program | undefined;
  if (inverse !== undefined) walk(inverse, scopes, place);
}

function resolve(expression: hbs.AST.Expression, scopes: Scopes, name: string): ViewValue {
  if (expression.type !== "PathExpression") fail(name, expression, "only paths are allowed");
  const path = expression as hbs.AST.PathExpression;
  if (path.data) fail(name, expression, `@${path.parts.join(".")} is not allowed`);
  const scope = scopes[path.depth];
  if (scope === undefined) fail(name, expression, `${path.original} leaves the view`);
  return path.parts.reduce<ViewValue>((value, part) => {
    const inner = isView(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    if (inner === undefined) fail(name, expression, `the view has no ${path.original}`);
    return inner;
  }, scope);
}

function isView(value: ViewValue): value is View {
  return typeof value === "object" && !Array.isArray(value);
}

function hasHash(statement: { readonly hash?: hbs.AST.Hash }): boolean {
  return (statement.hash?.pairs.length ?? 0) > 0;
}

function fail(name: string, node: hbs.AST.Node, problem: string): never {
  throw new TemplateError(`${name}:${node.loc.start.line}: ${problem}`);
}
