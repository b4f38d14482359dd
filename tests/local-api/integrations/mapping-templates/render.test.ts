import { expect } from "chai";
import fc from "fast-check";
import {
  BodyNotJson,
  renderTemplate,
  type TemplateInput,
} from "../../../../local-api/integrations/mapping-templates/render.js";

const NONE = { path: {}, querystring: {}, header: {} };

function render(template: string, input: Partial<TemplateInput> = {}) {
  return renderTemplate(template, { body: "", params: NONE, context: {}, ...input });
}

const textOf = (template: string, input: Partial<TemplateInput> = {}) => render(template, input).text;

describe("renderTemplate", () => {
  const cases: readonly (readonly [what: string, template: string, text: string])[] = [
    ["sets and prints", `#set($x = "a")$x \${x}b`, "a ab"],
    [
      "prints a reference without a value as it stands",
      `$nothing.of($x) \${none}`,
      `$nothing.of($x) \${none}`,
    ],
    ["prints nothing for it where it is quiet", "[$!nothing][$!{none}]", "[][]"],
    ["keeps a value that is set to null", '#set($x = "a")#set($x = $nothing)$x', "a"],
    ["fills in texts in double quotes only", `#set($a = "1")#set($x = "$a")#set($y = '$a')$x $y`, "1 $a"],
    ["does not fill in what was filled in", `#set($a = '$b')#set($b = "2")#set($x = "$a")$x`, "$b"],
    ["takes an empty text and 0 for true", '#set($e = "")#if($e)yes#end#if(0)yes#end', "yesyes"],
    ["takes null and false for false", "#if($none)yes#elseif(false)yes#{else}no#end", "no"],
    [
      "compares",
      '#if(1 == "1" && "a" != "b" && 2 >= 2 && !(1 > 2) && $none != "" && $none == $nil)ok#end',
      "ok",
    ],
    ["reckons as Java does", '#set($x = 7 / 2)$x #set($y = 1 + 2 * 3)$y #set($z = "a" + 1)$z', "3 7 a1"],
    [
      "loops, and knows where it is",
      "#foreach($x in [1..3])$foreach.index:$x#if($foreach.hasNext),#end#end",
      "0:1,1:2,2:3",
    ],
    ["leaves a loop", "#foreach($x in [1, 2, 3])#if($x == 2)#break#end$x#end.", "1."],
    [
      "loops over maps",
      '#set($m = {"a": 1, "b": 2})#foreach($k in $m.keySet())$k=$m.get($k);#end',
      "a=1;b=2;",
    ],
    ["leaves out comments, and a directive's line", "## no\na#* no *#b\n#set($x = 1)\nc", "ab\nc"],
    ["does not touch what is raw", "#[[$x #if]]#", "$x #if"],
  ];
  for (const [what, template, text] of cases) {
    it(what, () => expect(textOf(template)).to.equal(text));
  }

  it("supports the methods of Java strings", () => {
    const calls: Readonly<Record<string, string>> = {
      "replaceAll('[b-y]', '')": "az",
      "replaceAll('(b)', '<$1>')": "a<b>cxyz",
      "matches('[a-z]{6}')": "true",
      "matches('abc')": "false",
      "length()": "6",
      "isEmpty()": "false",
      "contains('cx')": "true",
      "startsWith('ab')": "true",
      "endsWith('ab')": "false",
      "substring(1, 3)": "bc",
      "toUpperCase()": "ABCXYZ",
      "equalsIgnoreCase('ABCxyz')": "true",
      "split('c').size()": "2",
      "replace('b', '$&')": "a$&cxyz",
    };
    for (const [call, result] of Object.entries(calls)) {
      expect(textOf(`#set($s = "abcxyz")$s.${call}`), call).to.equal(result);
    }
  });

  it("supports no other methods or properties", () => {
    for (const reach of ["constructor", "__proto__", "toString", "valueOf"]) {
      const template = `#set($s = "a")#set($m = {"k": 1})#set($l = [1])[$!s.${reach}][$!m.${reach}][$!l.${reach}][$!util.${reach}]`;
      expect(textOf(template), reach).to.equal("[][][][]");
    }
    expect(textOf("[$!util.constructor('return 1')][$!input.constructor.constructor('return 1')]")).to.equal(
      "[][]",
    );
  });

  it("throws for an unsupported directive, and for text that is not a template", () => {
    expect(() => textOf("#macro(x)a#end")).to.throw("not known here");
    expect(() => textOf("#if($x")).to.throw();
  });
});

describe("$input", () => {
  const body =
    '{"a": {"b": [1, 2]}, "text": "x\\"y", "none": null, "__proto__": {"p": 1}, "constructor": "c"}';

  it("returns parts of the body as JSON", () => {
    const json = (path: string) => textOf(`$input.json('${path}')`, { body });
    expect(json("$.a")).to.equal('{"b":[1,2]}');
    expect(json("$.text")).to.equal('"x\\"y"');
    expect(json("$.none")).to.equal("null");
    expect(json("$.absent")).to.equal('""');
    expect(JSON.parse(json("$"))).to.deep.equal(JSON.parse(body));
  });

  it("returns parts of the body as values, printed as Java prints them", () => {
    const path = (expression: string) => textOf(`$input.path('${expression}')`, { body });
    expect(path("$.a")).to.equal("{b=[1,2]}");
    expect(path("$.a.b[1]")).to.equal("2");
    expect(path("$.a.b[*]")).to.equal("[1,2]");
    expect(path("$.text")).to.equal('x"y');
    expect(path("$.absent")).to.equal("");
    expect(textOf("$input.path('$').a.b.size()", { body })).to.equal("2");
  });

  it("reads __proto__ and constructor only from the body", () => {
    expect(textOf("$input.path('$.__proto__.p') $input.path('$').constructor", { body })).to.equal("1 c");
    expect(textOf("[$input.path('$.__proto__')][$!input.path('$').constructor]", { body: "{}" })).to.equal(
      "[][]",
    );
  });

  it("does not run code in a path", () => {
    const filter = "$input.path('$.a[?(@.constructor.constructor(`return 1`)())]')";
    expect(() => textOf(filter, { body: '{"a":[1]}' })).to.throw();
  });

  it("returns the whole body, or an empty object", () => {
    expect(textOf("$input.body", { body: "raw" })).to.equal("raw");
    expect(textOf("$input.body $input.json('$')")).to.equal("{} {}");
  });

  it("throws BodyNotJson for a body that is not JSON", () => {
    expect(() => textOf("$input.json('$')", { body: "raw" })).to.throw(BodyNotJson);
  });

  it("finds a parameter in the path, then the query, then the headers", () => {
    const params = {
      path: { a: "path" },
      querystring: { a: "query", b: "query" },
      header: { a: "header", b: "header", c: "header" },
    };
    const of = "$input.params('a') $input.params('b') $input.params('c') [$input.params('d')]";
    expect(textOf(of, { params })).to.equal("path query header []");
    expect(textOf("$input.params().header.get('a') $input.params().path.a", { params })).to.equal(
      "header path",
    );
  });
});

describe("$util", () => {
  const of = (name: string, text: string) =>
    textOf(`$util.${name}($input.params('x'))`, { params: { ...NONE, querystring: { x: text } } });

  it("escapes text for JavaScript, which differs from JSON", () => {
    expect(of("escapeJavaScript", `it's "a" \\ / \n é \u2028`)).to.equal(
      `it\\'s \\"a\\" \\\\ \\/ \\n \\u00E9 \\u2028`,
    );
  });

  it("makes JSON of any text if escaped single quotes are turned back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = of("escapeJavaScript", text).replaceAll("\\'", "'");
        expect(JSON.parse(`"${escaped}"`)).to.equal(text);
      }),
    );
  });

  it("encodes and decodes URLs and base64", () => {
    expect(of("urlEncode", "a b&c/é~*")).to.equal("a+b%26c%2F%C3%A9%7E*");
    expect(of("urlDecode", "a+b%26c")).to.equal("a b&c");
    expect(of("base64Encode", "héé")).to.equal("aMOpw6k=");
    expect(of("base64Decode", "aMOpw6k=")).to.equal("héé");
    expect(textOf(`$util.parseJson('{"a": [1]}').a[0]`)).to.equal("1");
  });
});

describe("$context and $stageVariables", () => {
  it("returns values by name, and prints nothing for a missing value", () => {
    const input = {
      context: { requestId: "id", identity: { sourceIp: "::1", user: null } },
      stageVariables: { v: "1" },
    };
    const template =
      "$context.requestId $context.identity.sourceIp [$context.identity.user] $stageVariables.v [$stageVariables.w]";
    expect(textOf(template, input)).to.equal("id ::1 [] 1 []");
  });

  it("overrides the status and headers of the answer", () => {
    const template =
      '#set($context.responseOverride.status = 404)#set($context.responseOverride.header.x-a = "b")#set($context.responseOverride.header["x c"] = 1)';
    expect(render(template).override).to.deep.equal({ status: 404, header: { "x-a": "b", "x c": "1" } });
  });

  it("ignores an invalid status", () => {
    for (const status of ['"404"', "99", "600", "4.5"]) {
      const template = `#set($context.responseOverride.status = ${status})`;
      expect(render(template).override.status, status).to.equal(undefined);
    }
    expect(render("x").override).to.deep.equal({ status: undefined, header: {} });
  });
});
