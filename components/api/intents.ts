import type { Intent, Place } from "../intent.js";

interface ApiIntentArgs {
  readonly endpointType: "PRIVATE" | "REGIONAL" | "EDGE";
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Who calls a private API. */
  readonly callers: readonly Place[];
}

/** Who must reach an API's methods, and who must not. */
export function apiIntents({ endpointType, routes, callers }: ApiIntentArgs): Intent[] {
  return routes.flatMap(({ method, path }): Intent[] => {
    const to = { kind: "method", method, path } as const;
    const at = { to, port: 443 } as const;
    const internet = { kind: "internet" } as const;
    if (endpointType !== "PRIVATE") {
      return [{ ...at, from: internet, must: "reach", why: "the API is on the internet" }];
    }
    return [
      ...callers.map(
        (from): Intent => ({
          ...at,
          from,
          must: "reach",
          via: "interface-endpoint",
          why: "the API is for callers inside the VPC",
        }),
      ),
      { ...at, from: internet, must: "not-reach", why: "the API is private" },
      {
        ...at,
        from: { kind: "vpc-without-endpoint", service: "execute-api" },
        must: "not-reach",
        why: "only the stack's own endpoint is let in",
      },
    ];
  });
}
