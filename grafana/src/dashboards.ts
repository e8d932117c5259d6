/** All dashboards, by the file that each is written to. Pure: whoever imports this writes, or compares. */
import { type Board, render } from "./board.ts";
import { district } from "./district.ts";
import { link } from "./link.ts";
import { monitor } from "./monitor.ts";
import { operator } from "./operator.ts";

const BOARDS: readonly Board[] = [operator, district, link, monitor];

export const dashboards: Readonly<Record<string, () => string>> = Object.fromEntries(
  BOARDS.map((board) => [`grafana/dashboards/${board.uid}.json`, () => render(board)]),
);
