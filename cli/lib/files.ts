import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { isRecord } from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";

/** @throws UserError if the file cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UserError(`${file} cannot be read (${WORDS[code] ?? code}).`);
  }
}

/** @throws UserError if the file cannot be read or is not JSON */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

/**
 * Checks, without writing anything, that a file can be written.
 * @throws UserError if it is a folder, or if it or the folder it would be in cannot be written
 */
export function checkWritable(file: string): void {
  try {
    if (statSync(file).isDirectory())
      throw new UserError(`${file} is a folder. Give the name of a file in it.`);
    accessSync(file, constants.W_OK);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code !== "ENOENT") throw new UserError(`${file} cannot be written (${WORDS[code] ?? code}).`);
  }
  checkFolder(file, dirname(file));
}

/** Checks the folder of a new file, or the nearest folder above it that exists. */
function checkFolder(file: string, folder: string): void {
  try {
    if (!statSync(folder).isDirectory())
      throw new UserError(`${file} cannot be written (${folder} is no folder).`);
    if (isRegular(file) !== false) accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (code !== "ENOENT" || dirname(folder) === folder)
      throw new UserError(`${file} cannot be written (${folder}: ${WORDS[code] ?? code}).`);
    checkFolder(file, dirname(folder));
  }
}

/**
 * Writes a whole file or nothing: the content goes to a file beside it, which then takes its name. A device or a pipe
 * is written directly. Makes the folder if there is none.
 */
export function writeWhole(file: string, content: string): void {
  const text = content.endsWith("\n") ? content : `${content}\n`;
  mkdirSync(dirname(file), { recursive: true });
  if (isRegular(file) === false) {
    writeFileSync(file, text);
    return;
  }
  const target = isRegular(file) === undefined ? file : realpathSync(file); // a link stays a link
  const unfinished = `${target}.${process.pid}.tmp`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, target);
}

/** Whether it is a regular file; undefined if it does not exist. */
function isRegular(file: string): boolean | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile();
}

/** A path as a person in the folder would write it. */
export function shownFrom(folder: string, file: string): string {
  const path = relative(folder, file);
  return path === "" || isAbsolute(path) || path.startsWith(`..${sep}..`) ? file : path;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  EACCES: "permission denied",
  EROFS: "the file system is read-only",
};

function codeOf(error: unknown): string | undefined {
  return isRecord(error) && typeof error.code === "string" ? error.code : undefined;
}
