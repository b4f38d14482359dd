import { readFileSync } from "node:fs";
import { expect } from "chai";
import { outputDocs, outputsPage } from "../../../tools/docs/outputs.js";

describe("outputsPage", () => {
  it("equals docs/outputs.md, which npm run generate writes", () => {
    expect(readFileSync("docs/outputs.md", "utf8")).to.equal(outputsPage());
  });
});

describe("outputDocs", () => {
  const { outputs } = outputDocs();

  it("has exactly the outputs that index.ts exports", () => {
    const [, names = ""] =
      /^export const \{([^}]+)\} = stackOutputs/m.exec(readFileSync("index.ts", "utf8")) ?? [];
    const exported = names.match(/\w+/g) ?? [];
    expect(exported).to.have.length.above(20);
    expect(outputs.map(({ name }) => name)).to.have.members(exported);
  });

  it("describes every output", () => {
    expect(outputs.filter(({ description }) => description.length < 10)).to.deep.equal([]);
  });

  it("tells texts, lists and maps apart", () => {
    const types = Object.fromEntries(outputs.map(({ name, type }) => [name, type]));
    expect(types).to.include({
      region: "text",
      apiId: "text",
      vpcId: "text",
      apiKeyIds: "map",
      natGatewayIds: "list",
      natInstanceGroupNames: "list",
      apiInvokeUrls: "list",
      apiDomainNames: "list",
    });
  });
});
