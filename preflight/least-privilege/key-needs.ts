import type { Graph, LambdaFunction, ManagedResource } from "../graph/index.js";
import type { Need } from "../iam/index.js";
import { resourceByArn } from "../reachability/places/resolve.js";
import {
  arnOfKey,
  keyActions,
  keyNamed,
  keyOf,
  ownKey,
  parametersUnder,
} from "../reachability/services/encryption.js";
import { inputValue } from "../resources/read.js";

/** What a role needs of the keys that encrypt the resources of its other needs. */
export function keyNeeds(graph: Graph, needs: readonly Need[]): Need[] {
  return needs.flatMap(({ action, resource }) => [
    ...encryptedIn(graph, resource).flatMap((encrypted) => {
      const key = ownKey(keyOf(graph, encrypted));
      if (key === undefined) return [];
      const reason = `${action} on ${encrypted.ref.name} needs it`;
      return keyActions(encrypted, action).actions.map((each) => ({
        action: each,
        resource: arnOfKey(key),
        reason,
      }));
    }),
    ...(READS_PARAMETERS.test(action) ? anyKey(graph) : []),
  ]);
}

/** Actions that decrypt a SecureString. It may be created by hand, so that the stack does not have it. */
const READS_PARAMETERS = /^ssm:GetParameter/i;

function anyKey({ managedResources }: Graph): Need[] {
  return [...managedResources.values()]
    .filter(({ kind }) => kind === "key")
    .map((key) => ({
      action: "kms:Decrypt",
      resource: arnOfKey(key),
      reason: "a SecureString under the path may be encrypted with it",
    }));
}

function encryptedIn(graph: Graph, arn: string): ManagedResource[] {
  const found = resourceByArn(graph, arn);
  return found === undefined ? parametersUnder(graph, arn) : [found];
}

/**
 * What Lambda needs to decrypt a function's variables with the function's role.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 */
export function variableNeeds(graph: Graph, { ref }: LambdaFunction): Need[] {
  const resource = graph.resources.get(ref.urn);
  const named = resource && keyNamed(graph, resource, "kmsKeyArn", inputValue(resource, "kmsKeyArn"));
  const key = ownKey(named);
  if (key === undefined) return [];
  return [{ action: "kms:Decrypt", resource: arnOfKey(key), reason: "Lambda decrypts its variables" }];
}
