import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const SOURCE = new URL("../../program/outputs.ts", import.meta.url);

/** An output of a stack, as `StackOutputs` declares it. */
export interface OutputDoc {
  readonly name: string;
  /** `text`, `list` or `map`. */
  readonly type: string;
  readonly description: string;
}

/** The outputs, in their order, and the doc comment of `StackOutputs`. */
export function outputDocs(): { readonly about: string; readonly outputs: readonly OutputDoc[] } {
  const source = ts.createSourceFile(
    SOURCE.pathname,
    readFileSync(SOURCE, "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === "StackOutputs");
  if (declaration === undefined) throw new Error("program/outputs.ts has no interface StackOutputs");
  const outputs = declaration.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(source),
    type: typeOf(member.type?.getText(source) ?? ""),
    description: commentOf(member),
  }));
  return { about: commentOf(declaration), outputs };
}

function typeOf(type: string): string {
  if (/^Texts$|\[\]/.test(type)) return "list";
  return type.includes("Record<") ? "map" : "text";
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "")
    .join(" ")
    .replace(/\s+/g, " ");
}

/** The page docs/outputs.md. A test compares the two. */
export function outputsPage(): string {
  const { about, outputs } = outputDocs();
  const rows = outputs.map(({ name, type, description }) => `| \`${name}\` | ${type} | ${description} |`);
  return `<!-- Written by \`npm run generate\` from program/outputs.ts. -->

# Outputs

${about} The names are the same for \`networking: public\` and \`vpc\`.

\`\`\`bash
npx pulumi stack output apiUrl -s dev
npx pulumi stack output apiInvokeUrls -s prod --json
\`\`\`

| Output | Type | Description |
| --- | --- | --- |
${rows.join("\n")}
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL("../../docs/outputs.md", import.meta.url), outputsPage());
}
