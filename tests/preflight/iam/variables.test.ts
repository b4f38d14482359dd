// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import { requestContext } from "../../../preflight/iam/context.js";
import { expand, hasVariableBeforeResourcePart, template } from "../../../preflight/iam/variables.js";
import type { Keys } from "./support.js";

/** The expanded text, with literal stars and question marks in angle brackets; or the state. */
function expanded(text: string, keys: Keys, variables = true): string {
  const result = expand(template(text, variables), requestContext([keys], "absent"));
  if (result.state !== "text") return result.state;
  return result.chars.map(({ char, wild }) => (!wild && /[*?]/.test(char) ? `<${char}>` : char)).join("");
}

describe("policy variables", () => {
  it("take the value of the key, whose name is compared without case", () => {
    expect(expanded("home/${AWS:UserName}/*", { "aws:username": "bob" })).to.equal("home/bob/*");
  });

  it("take a tag's value, also when the key has a slash", () => {
    expect(expanded("${aws:PrincipalTag/team}", { "aws:PrincipalTag/team": "blue" })).to.equal("blue");
  });

  it("do not turn stars in a value into wildcards", () => {
    expect(expanded("${s3:prefix}*", { "s3:prefix": "a*" })).to.equal("a<*>*");
  });

  it("are null when the key is absent, unless there is a default", () => {
    expect(expanded("x-${aws:PrincipalTag/team}", {})).to.equal("null");
    expect(expanded("x-${aws:PrincipalTag/team, 'company wide'}", {})).to.equal("x-company wide");
    expect(expanded("x-${aws:PrincipalTag/team, 'none'}", { "aws:PrincipalTag/team": "red" })).to.equal(
      "x-red",
    );
  });

  it("are unknown when the key is, or has only a presence", () => {
    expect(expanded("${aws:username, 'x'}", { "aws:username": undefined })).to.equal("unknown");
    expect(expanded("${aws:username}", { "aws:username": { present: true } })).to.equal("unknown");
  });

  it("are null as soon as one part is, whatever another turns out to be", () => {
    expect(expanded("${aws:username}${aws:absent}", { "aws:username": undefined })).to.equal("null");
  });

  it("cannot be multivalued keys", () => {
    expect(expanded("${aws:TagKeys}", { "aws:TagKeys": ["a", "b"] })).to.equal("unknown");
  });

  it("escape the characters that mean something", () => {
    expect(expanded("a${*}b${?}c${$}{x}*", {})).to.equal("a<*>b<?>c${x}*");
  });

  it("are literal text in version 2008-10-17", () => {
    expect(expanded("${aws:username}", { "aws:username": "bob" }, false)).to.equal("${aws:username}");
  });

  it("are unknown when they cannot be read", () => {
    expect(expanded("${aws:username", { "aws:username": "bob" })).to.equal("unknown");
    expect(expanded("${}", {})).to.equal("unknown");
    expect(expanded("${a, b}", {})).to.equal("unknown");
  });

  it("are told apart by whether they stand in the resource part of an ARN", () => {
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:::b/${aws:username}", true))).to.equal(false);
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:${aws:x}::b", true))).to.equal(true);
    expect(hasVariableBeforeResourcePart(template("arn:aws:s3:::b", true))).to.equal(false);
    expect(hasVariableBeforeResourcePart(template("*", true))).to.equal(false);
  });
});
