/** One way to call an API: from where, at which URL, with which headers. */
export interface InvokeUrl {
  /** Where the call comes from. */
  readonly from: string;
  /** The stage's URL, without a slash at the end. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface InvokeUrlArgs {
  readonly endpointType: "PRIVATE" | "REGIONAL" | "EDGE";
  readonly apiId: string;
  readonly region: string;
  readonly dnsSuffix: string;
  readonly stageName: string;
  /** The execute-api endpoint of a private API. */
  readonly endpoint?: {
    readonly id: string;
    /** The endpoint's own name. */
    readonly dnsName: string;
    readonly privateDns: boolean;
  };
}

/**
 * Every way to call an API, the plainest first.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
 */
export function invokeUrls(args: InvokeUrlArgs): InvokeUrl[] {
  const { apiId, stageName, endpoint } = args;
  const domain = `execute-api.${args.region}.${args.dnsSuffix}`;
  const host = `${apiId}.${domain}`;
  if (args.endpointType !== "PRIVATE") return [{ from: "the internet", url: `https://${host}/${stageName}` }];
  if (endpoint === undefined) return [];
  const ownName = `https://${endpoint.dnsName}/${stageName}`;
  const inside = "inside the VPC";
  return [
    ...(endpoint.privateDns
      ? [{ from: `${inside}, by private DNS`, url: `https://${host}/${stageName}` }]
      : []),
    {
      from: `${inside}, by the API's name for the endpoint`,
      url: `https://${apiId}-${endpoint.id}.${domain}/${stageName}`,
    },
    { from: `${inside}, by the endpoint's own name`, url: ownName, headers: { Host: host } },
    {
      from: `${inside}, by the endpoint's own name, where Host cannot be set`,
      url: ownName,
      headers: { "x-apigw-api-id": apiId },
    },
  ];
}
