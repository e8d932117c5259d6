/** The numbered files that make and upgrade the schema `tributary`. */
import { readFileSync, readdirSync } from "node:fs";

export interface Migration {
  readonly number: number;
  /** File name without number and ending. */
  readonly name: string;
  readonly text: string;
}

const FOLDER = new URL("../../sql/schema/", import.meta.url);
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
