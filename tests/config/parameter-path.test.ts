import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { defaultPath } from "../../config/parameter-path.js";
import { inMode } from "./example.js";
import { asTestStack, readAs } from "./read-as.js";

/** A name as Pulumi allows it for projects and stacks. https://www.pulumi.com/docs/iac/concepts/projects/ */
const anyName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/),
  fc.stringMatching(/^_{0,2}(aws|ssm|AWS|Ssm)[a-z-]{0,5}$/),
);

describe("defaultPath", () => {
  it("is /PROJECT/STACK", () => {
    expect(defaultPath({ project: "orders", stack: "prod" })).to.equal("/orders/prod");
  });

  it("is legal for every project and stack", () => {
    fc.assert(
      fc.property(anyName, anyName, (project, stack) => {
        const path = defaultPath({ project, stack });
        expect(parseConfig(inMode({ parameters: { path } })).issues).to.equal(undefined);
      }),
    );
  });

  it("differs for any two stacks", () => {
    const anyStack = fc.record({ project: anyName, stack: anyName });
    fc.assert(
      fc.property(anyStack, anyStack, (one, other) => {
        fc.pre(one.project !== other.project || one.stack !== other.stack);
        expect(defaultPath(one)).not.to.equal(defaultPath(other));
      }),
    );
    expect(defaultPath({ project: "aws", stack: "a" })).not.to.equal(
      defaultPath({ project: "_aws", stack: "a" }),
    );
  });
});

describe("parameters.path", () => {
  before(asTestStack);
  const settings = { "aws:region": "eu-west-1", "orders:networking": "public" };

  it("is the stack's own path by default, beside other settings of parameters too", () => {
    expect(readAs({ settings }).parameters.path).to.equal("/orders/test");
    const recursive = { ...settings, "orders:parameters": '{"recursive": true}' };
    expect(readAs({ settings: recursive }).parameters).to.include({ path: "/orders/test", recursive: true });
  });

  it("is the configured path", () => {
    const own = { ...settings, "orders:parameters": '{"path": "/shared/texts"}' };
    expect(readAs({ settings: own }).parameters.path).to.equal("/shared/texts");
  });
});
