// Templates only print; those of HTML escape what they print, but for markup that says so.
import { describe, expect, it } from "vitest";
import { render, TemplateError } from "../../src/codegen/template.ts";

const view = { text: `<b title="x">&'</b>`, svg: "<svg/>", items: [{ text: "<i>" }] };

describe("render", () => {
  it("prints text as it is", () => {
    expect(render("{{text}}", view, "t")).toBe(view.text);
    expect(() => render("{{{svg}}}", view, "t")).toThrow(TemplateError);
  });

  it("escapes in HTML, in attributes as well, but for markup", () => {
    expect(render('<p title="{{text}}">{{text}}</p>', view, "t", "html")).toBe(
      `<p title="&lt;b title&#x3D;&quot;x&quot;&gt;&amp;&#x27;&lt;/b&gt;">&lt;b title&#x3D;&quot;x&quot;&gt;&amp;&#x27;&lt;/b&gt;</p>`,
    );
    expect(render("{{#each items}}{{text}}{{{../svg}}}{{/each}}", view, "t", "html")).toBe("&lt;i&gt;<svg/>");
  });

  it("checks every path in either language", () => {
    for (const language of ["text", "html"] as const) {
      expect(() => render("\n{{missing}}", view, "t", language)).toThrow("t:2: the view has no missing");
      expect(() => render("{{#each items}}{{nothing}}{{/each}}", view, "t", language)).toThrow(TemplateError);
    }
    expect(() => render("{{{missing}}}", view, "t", "html")).toThrow(TemplateError);
  });
});
