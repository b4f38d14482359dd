import { expect } from "chai";
import fc from "fast-check";
import { escapeHtml, html, jsonMarkup, Markup } from "../../../../preflight/report/html/escape.js";

describe("escapeHtml, html and jsonMarkup", () => {
  it("escape every character that could be markup, in content and in attributes", () => {
    expect(escapeHtml(`</script><img onerror="x" '&'>`)).to.equal(
      "&lt;/script&gt;&lt;img onerror=&quot;x&quot; &#39;&amp;&#39;&gt;",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeHtml(text)).not.to.match(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it("remove control characters, and keep line ends", () => {
    expect(escapeHtml("a\u0000b\u001bc\nd")).to.equal("abc\nd");
  });

  it("escape the values in a template, unless they are markup themselves", () => {
    expect(
      html`<b>${"<i>"}${new Markup("<u>")}${["<", html`<s>`]}${undefined}${false}${3}</b>`.text,
    ).to.equal("<b>&lt;i&gt;<u>&lt;<s>3</b>");
  });

  it("write JSON that a parser reads back and that cannot end a script element", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const data = { value, text: `</script><!--<script>${text}\u2028` };
        const written = jsonMarkup(data).text;
        expect(written).not.to.match(/[<>&\u2028\u2029]/);
        // Compares with the parsed JSON, because JSON has no minus zero.
        expect(JSON.parse(written)).to.deep.equal(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});
