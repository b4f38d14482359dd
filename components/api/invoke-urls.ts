import type { EndpointType } from "@lambda-networking/preflight/aws";
import { executeApiHost } from "./access/resource-policy.js";

/** One way to call an API: from where, at which URL, with which headers. */
export interface InvokeUrl {
  /** Where the call comes from. */
  readonly from: string;
  /** The stage's URL, without a slash at the end. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface InvokeUrlArgs {
  readonly endpointType: EndpointType;
  readonly apiId: string;
  readonly region: string;
  readonly dnsSuffix: string;
  readonly stageName: string;
  /**
   * The execute-api endpoint of a private API.
   * @default none: the API is not private
   */
  readonly endpoint?: {
    readonly id: string;
    /** The endpoint's own name. */
    readonly dnsName: string;
    readonly privateDns: boolean;
  };
  /**
   * URLs of the custom domain names, from {@link domainUrls}.
   * @default none
   */
  readonly domainUrls?: readonly string[];
  /**
   * Names of peering connections whose consumers' VPCs resolve the API's public name.
   * @default none
   */
  readonly peers?: readonly string[];
  /**
   * Whether the API can be called by its custom domain names only.
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean;
}

const INSIDE = "inside the VPC";

/**
 * Lists every way to call an API, the simplest first.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export function invokeUrls(args: InvokeUrlArgs): InvokeUrl[] {
  return [...byDomain(args), ...(args.disableExecuteApiEndpoint ? [] : byExecuteApi(args))];
}

function byDomain({ endpointType, domainUrls = [] }: InvokeUrlArgs): InvokeUrl[] {
  const where = endpointType === "PRIVATE" ? INSIDE : "the internet";
  return domainUrls.map((url) => ({ from: `${where}, by custom domain name`, url }));
}

function byExecuteApi(args: InvokeUrlArgs): InvokeUrl[] {
  const { apiId, stageName, endpoint, peers = [] } = args;
  const host = executeApiHost(args, apiId);
  const plain = `https://${host}/${stageName}`;
  if (args.endpointType !== "PRIVATE") return [{ from: "the internet", url: plain }];
  if (endpoint === undefined) return [];
  const ownName = `https://${endpoint.dnsName}/${stageName}`;
  return [
    ...(endpoint.privateDns ? [{ from: `${INSIDE}, by private DNS`, url: plain }] : []),
    ...peers.map((peer) => ({ from: `inside the VPC of peer ${peer}`, url: plain })),
    {
      from: `${INSIDE}, by the API's name for the endpoint`,
      url: `https://${executeApiHost(args, `${apiId}-${endpoint.id}`)}/${stageName}`,
    },
    { from: `${INSIDE}, by the endpoint's own name`, url: ownName, headers: { Host: host } },
    {
      from: `${INSIDE}, by the endpoint's own name, where Host cannot be set`,
      url: ownName,
      headers: { "x-apigw-api-id": apiId },
    },
  ];
}
