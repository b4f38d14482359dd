/** The reason why the tests cannot run; `refuse` if running them would do harm. */
export interface Obstacle {
  readonly reason: string;
  readonly refuse: boolean;
}

/** Checks that an emulator answers at the endpoint, on this machine and nowhere else. */
export async function whyNot(endpoint: string | undefined): Promise<Obstacle | undefined> {
  if (endpoint === undefined || endpoint === "") {
    return { reason: "AWS_ENDPOINT_URL is not set, so there is no AWS emulator to deploy to", refuse: false };
  }
  if (!isLoopback(endpoint)) {
    const reason = `AWS_ENDPOINT_URL is ${endpoint}; these tests deploy to an emulator on this machine only`;
    return { reason, refuse: true };
  }
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(5000) });
    return undefined;
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    const reason = cause instanceof Error ? cause.message : String(error);
    return { reason: `nothing answers at AWS_ENDPOINT_URL, ${endpoint} (${reason})`, refuse: false };
  }
}

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
