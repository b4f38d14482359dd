/**
 * Whether content of a type is binary for an API: it lists the type, or every type.
 * @param mediaType a Content-Type, or one entry of an Accept header
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  const [type = ""] = (mediaType ?? "").split(";");
  return binaryMediaTypes.some((binary) => binary.toLowerCase() === type.trim().toLowerCase());
}
