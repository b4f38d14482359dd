/**
 * The API of a stack on localhost: `startApi` answers in this process, `serveOverHttp` on a port. The stand-in for
 * Parameter Store is exported for tests and benchmarks of handlers.
 *
 * ```ts
 * const api = await startApi(await synthesize(readStackFile("prod"), { program: () => import("./index.js") }));
 * const { statusCode, body } = await api.call({ method: "GET", path: "/messages", headers: {} });
 * ```
 */
export { ParameterStore, ServiceError, type StoredParameter } from "./aws-services/parameter-store.js";
export { startAwsServer } from "./aws-services/server.js";
export { serveFrontDoor } from "./front-door/http-server.js";
export { POSITION_HEADER, type Served, serveOverHttp } from "./http-server.js";
export { close, listen } from "./listen.js";
export { isPosition, POSITIONS, type Position } from "./request/messages.js";
export { type RunningApi, startApi } from "./running-api.js";
