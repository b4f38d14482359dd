import type { UsagePlan } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { methodName } from "../places/resolve.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import type { ApiCall } from "./policies.js";

/**
 * A method may want an API key. A key is no matter of the network: whoever has one calls from anywhere, so a call is
 * taken to carry one, as long as there is one that works here.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-key-with-console.html
 */
export function apiKey(walk: Walk, call: ApiCall): Blocked | undefined {
  const { graph, api, method } = call;
  const { apiKeyRequired, ref } = method;
  if (apiKeyRequired === false) return undefined;
  if (!isKnown(apiKeyRequired)) return walk.miss(ref, `whether ${methodName(call)} wants an API key`);
  const plans = [...graph.usagePlans.values()];
  const plan = plans.find((one) => covers(one, call) === true && hasKey(one) === true);
  if (plan !== undefined) return walk.pass(ref, `with an API key of plan ${plan.ref.name}`, plan.ref);
  const doubt = plans.find((one) => covers(one, call) !== false && hasKey(one) !== false);
  if (doubt !== undefined)
    return walk.miss(doubt.ref, `whether plan ${doubt.ref.name} has a key for ${api.ref.name}`);
  return walk.block({
    at: ref,
    code: "API_KEY_WITHOUT_PLAN",
    why: `${methodName(call)} wants an API key, and no usage plan of its stage has one`,
    mend: `Add a usage plan with a key for the stage of ${api.ref.name}, or unset apiKeyRequired on ${ref.name}.`,
  });
}

/** Whether the plan is for the API's stage; undefined: not known. */
function covers({ stages }: UsagePlan, { api }: ApiCall): boolean | undefined {
  const own = api.stages.map(({ stageName }) => stageName);
  const verdicts = stages.map(({ api: of, stageName }) => {
    if (isKnown(of) && of !== api.ref.urn) return false;
    if (!isKnown(of) || !isKnown(stageName) || !own.every(isKnown)) return undefined;
    return own.includes(stageName);
  });
  return verdicts.includes(true) || (verdicts.includes(undefined) ? undefined : false);
}

function hasKey({ keys }: UsagePlan): boolean | undefined {
  const enabled = keys.map((key) => key.enabled);
  if (enabled.includes(true)) return true;
  return enabled.some((each) => !isKnown(each)) ? undefined : false;
}
