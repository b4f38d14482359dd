import { expect } from "chai";
import { type InvokeUrlArgs, invokeUrls } from "../../../components/api/invoke-urls.js";

const API: InvokeUrlArgs = {
  endpointType: "PRIVATE",
  apiId: "abc123",
  region: "eu-west-1",
  dnsSuffix: "amazonaws.com",
  stageName: "v1",
};
const HOST = "abc123.execute-api.eu-west-1.amazonaws.com";
const ENDPOINT = { id: "vpce-0a1", dnsName: "vpce-0a1-xyz.execute-api.eu-west-1.vpce.amazonaws.com" };
const BY_ENDPOINT = [
  { url: `https://abc123-vpce-0a1.execute-api.eu-west-1.amazonaws.com/v1` },
  { url: `https://${ENDPOINT.dnsName}/v1`, headers: { Host: HOST } },
  { url: `https://${ENDPOINT.dnsName}/v1`, headers: { "x-apigw-api-id": "abc123" } },
];

/** Ways to call, in their order, without the descriptions. */
function ways(args: Partial<InvokeUrlArgs>): unknown[] {
  return invokeUrls({ ...API, ...args }).map(({ from: _, ...way }) => way);
}

describe("invokeUrls", () => {
  for (const endpointType of ["REGIONAL", "EDGE"] as const) {
    it(`returns the public name for ${endpointType}`, () => {
      expect(ways({ endpointType })).to.deep.equal([{ url: `https://${HOST}/v1` }]);
      expect(invokeUrls({ ...API, endpointType })[0]?.from).to.equal("the internet");
    });
  }

  it("returns the public name first if the endpoint has private DNS", () => {
    expect(ways({ endpoint: { ...ENDPOINT, privateDns: true } })).to.deep.equal([
      { url: `https://${HOST}/v1` },
      ...BY_ENDPOINT,
    ]);
  });

  it("returns only the endpoint's names without private DNS, because the public name does not resolve then", () => {
    expect(ways({ endpoint: { ...ENDPOINT, privateDns: false } })).to.deep.equal(BY_ENDPOINT);
  });

  it("returns nothing for a private API without an endpoint", () => {
    expect(ways({})).to.deep.equal([]);
  });

  it("uses China's domain in China", () => {
    const china = invokeUrls({
      ...API,
      endpointType: "REGIONAL",
      region: "cn-north-1",
      dnsSuffix: "amazonaws.com.cn",
    });
    expect(china[0]?.url).to.equal("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/v1");
  });

  it("describes where each call comes from, always inside the VPC for a private API", () => {
    const urls = invokeUrls({ ...API, endpoint: { ...ENDPOINT, privateDns: true } });
    for (const { from } of urls) expect(from).to.match(/^inside the VPC, /);
    expect(new Set(urls.map(({ from }) => from)).size).to.equal(urls.length);
  });

  it("returns custom domain names first, and nothing else if the default name is disabled", () => {
    const domainUrls = ["https://api.example.com", "https://api.example.com/shop"];
    const named = domainUrls.map((url) => ({ url }));
    const plain = { url: `https://${HOST}/v1` };
    expect(ways({ endpointType: "REGIONAL", domainUrls })).to.deep.equal([...named, plain]);
    const endpoint = { ...ENDPOINT, privateDns: true };
    expect(ways({ endpoint, domainUrls, peers: ["shop"], disableExecuteApiEndpoint: true })).to.deep.equal(
      named,
    );
  });

  it("returns the public name for peers' VPCs, with private DNS or without", () => {
    for (const privateDns of [true, false]) {
      const urls = invokeUrls({ ...API, endpoint: { ...ENDPOINT, privateDns }, peers: ["shop", "desk"] });
      const ofPeers = urls.filter(({ from }) => from.includes("peer"));
      expect(ofPeers).to.deep.equal([
        { from: "inside the VPC of peer shop", url: `https://${HOST}/v1` },
        { from: "inside the VPC of peer desk", url: `https://${HOST}/v1` },
      ]);
    }
  });
});
