// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import { requestContext } from "../../../preflight/iam/context.js";
import { expand, hasVariableBeforeResourcePart, template } from "../../../preflight/iam/variables.js";
import type { Keys } from "./support.js";

/** The expanded text, with literal stars and question marks in angle brackets, or the state. */
function expanded(text: string, keys: Keys, variables = true): string {
  const result = expand(template(text, variables), requestContext([keys], "absent"));
  if (result.state !== "text") return result.state;
  return result.chars.map(({ char, wild }) => (!wild && /[*?]/.test(char) ? `<${char}>` : char)).join("");
}

describe("expand", () => {
  it("inserts the value of the key, whose name is compared without case", () => {
    expect(expanded("home/${AWS:UserName}/*", { "aws:username": "bob" })).to.equal("home/bob/*");
  });

  it("inserts a tag's value, even if the key has a slash", () => {
    expect(expanded("${aws:PrincipalTag/team}", { "aws:PrincipalTag/team": "blue" })).to.equal("blue");
  });

  it("inserts stars of a value as literal characters", () => {
    expect(expanded("${s3:prefix}*", { "s3:prefix": "a*" })).to.equal("a<*>*");
  });

  it("is null for an absent key without a default", () => {
    expect(expanded("x-${aws:PrincipalTag/team}", {})).to.equal("null");
    expect(expanded("x-${aws:PrincipalTag/team, 'company wide'}", {})).to.equal("x-company wide");
    expect(expanded("x-${aws:PrincipalTag/team, 'none'}", { "aws:PrincipalTag/team": "red" })).to.equal(
      "x-red",
    );
  });

  it("is unknown for an unknown key, and for a key of which only the presence is known", () => {
    expect(expanded("${aws:username, 'x'}", { "aws:username": undefined })).to.equal("unknown");
    expect(expanded("${aws:username}", { "aws:username": { present: true } })).to.equal("unknown");
  });

  it("is null if one part is null, even if another is unknown", () => {
    expect(expanded("${aws:username}${aws:absent}", { "aws:username": undefined })).to.equal("null");
  });

  it("is unknown for a multivalued key", () => {
    expect(expanded("${aws:TagKeys}", { "aws:TagKeys": ["a", "b"] })).to.equal("unknown");
  });

  it("inserts escaped characters literally", () => {
    expect(expanded("a${*}b${?}c${$}{x}*", {})).to.equal("a<*>b<?>c${x}*");
  });

  it("leaves variables as literal text in version 2008-10-17", () => {
    expect(expanded("${aws:username}", { "aws:username": "bob" }, false)).to.equal("${aws:username}");
  });

  it("is unknown for a malformed variable", () => {
    expect(expanded("${aws:username", { "aws:username": "bob" })).to.equal("unknown");
    expect(expanded("${}", {})).to.equal("unknown");
    expect(expanded("${a, b}", {})).to.equal("unknown");
  });

  it("distinguishes, with hasVariableBeforeResourcePart, variables in the resource part from earlier ones", () => {
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:::b/${aws:username}", true))).to.equal(false);
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:${aws:x}::b", true))).to.equal(true);
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:::b", true))).to.equal(false);
    expect(hasVariableBeforeResourcePart(template("*", true))).to.equal(false);
  });
});
