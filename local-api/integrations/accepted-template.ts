/**
 * The template for the type that a request accepts, with that type; else for JSON, else the first there is.
 * @param templates by content type
 * @param accept the header
 * @returns undefined where there is none at all
 */
export function acceptedTemplate(
  templates: Readonly<Record<string, string>>,
  accept = "",
): readonly [contentType: string, template: string] | undefined {
  const found = Object.entries(templates);
  const ofType = (type: string) => found.find(([one]) => one === type);
  const accepted = accept.split(",").map((type) => (type.split(";")[0] ?? "").trim());
  return accepted.map(ofType).find((one) => one !== undefined) ?? ofType("application/json") ?? found[0];
}
