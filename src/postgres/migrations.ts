/** The files that make and upgrade the schema `tributary`: numbered ones for what it holds, the others for what it does. */
import { readFileSync, readdirSync } from "node:fs";

export interface Migration {
  readonly number: number;
  /** File name without number and ending. */
  readonly name: string;
  readonly text: string;
}

const FOLDER = new URL("../../sql/schema/", import.meta.url);
const CODE_FOLDER = new URL("../../sql/code/", import.meta.url);
const FILE_NAME = /^(\d{4})_(.+)\.sql$/;

/** All migrations, oldest first. */
export function schemaMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const [, number, name] = FILE_NAME.exec(file) ?? [];
      if (number === undefined || name === undefined) return [];
      return [{ number: Number(number), name, text: readFileSync(new URL(file, FOLDER), "utf8") }];
    });
}

/** The schema's functions. They replace those that are there, so they run after every upgrade, as they are now. */
export function schemaCode(): readonly string[] {
  return readdirSync(CODE_FOLDER)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => readFileSync(new URL(file, CODE_FOLDER), "utf8"));
}
