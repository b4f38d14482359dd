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

/** The ways to call, in their order, without the words. */
function ways(args: Partial<InvokeUrlArgs>): unknown[] {
  return invokeUrls({ ...API, ...args }).map(({ from: _, ...way }) => way);
}

describe("the ways to call an API", () => {
  for (const endpointType of ["REGIONAL", "EDGE"] as const) {
    it(`are its public name where it is ${endpointType}`, () => {
      expect(ways({ endpointType })).to.deep.equal([{ url: `https://${HOST}/v1` }]);
      expect(invokeUrls({ ...API, endpointType })[0]?.from).to.equal("the internet");
    });
  }

  it("are the public name first where the endpoint has private DNS", () => {
    expect(ways({ endpoint: { ...ENDPOINT, privateDns: true } })).to.deep.equal([
      { url: `https://${HOST}/v1` },
      ...BY_ENDPOINT,
    ]);
  });

  it("are the endpoint's names only where it has none, for the public name leads nowhere then", () => {
    expect(ways({ endpoint: { ...ENDPOINT, privateDns: false } })).to.deep.equal(BY_ENDPOINT);
  });

  it("are none where a private API has no endpoint", () => {
    expect(ways({})).to.deep.equal([]);
  });

  it("have China's domain in China", () => {
    const china = invokeUrls({
      ...API,
      endpointType: "REGIONAL",
      region: "cn-north-1",
      dnsSuffix: "amazonaws.com.cn",
    });
    expect(china[0]?.url).to.equal("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/v1");
  });

  it("say each from where, all inside the VPC for a private API", () => {
    const urls = invokeUrls({ ...API, endpoint: { ...ENDPOINT, privateDns: true } });
    for (const { from } of urls) expect(from).to.match(/^inside the VPC, /);
    expect(new Set(urls.map(({ from }) => from)).size).to.equal(urls.length);
  });

  it("are the custom domain names first, and nothing else where the API has no other name", () => {
    const domainUrls = ["https://api.example.com", "https://api.example.com/shop"];
    const named = domainUrls.map((url) => ({ url }));
    const plain = { url: `https://${HOST}/v1` };
    expect(ways({ endpointType: "REGIONAL", domainUrls })).to.deep.equal([...named, plain]);
    const endpoint = { ...ENDPOINT, privateDns: true };
    expect(ways({ endpoint, domainUrls, peers: ["shop"], disableExecuteApiEndpoint: true })).to.deep.equal(
      named,
    );
  });

  it("are the public name in the VPCs of peers, with the endpoint's private DNS or without", () => {
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
