/** Loaded before a program: when that ends, the most memory that it ever had, in kB, is written to the file PEAK_MEMORY. */
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env["PEAK_MEMORY"], String(process.resourceUsage().maxRSS)));
