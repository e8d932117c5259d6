/** How the page looks: calm where all is well, and nothing said by colour alone. Pure. */

type Palette = Readonly<
  Record<"paper" | "surface" | "ink" | "muted" | "line" | "ok" | "note" | "warning" | "critical", string>
>;

/** Every colour that text has stands out from `paper` and `surface` by at least 4.5 to 1. */
export const PALETTES: Readonly<Record<"light" | "dark", Palette>> = {
  light: {
    paper: "#f6f5f1",
    surface: "#ffffff",
    ink: "#20262b",
    muted: "#59626b",
    line: "#d5d2c8",
    ok: "#2b7350",
    note: "#3a6690",
    warning: "#8f5300",
    critical: "#b0271d",
  },
  dark: {
    paper: "#14181b",
    surface: "#1c2125",
    ink: "#e7e5df",
    muted: "#a2a9af",
    line: "#3a4147",
    ok: "#74c69d",
    note: "#93b7da",
    warning: "#e6b15c",
    critical: "#ff8f84",
  },
};

const properties = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

const BASE = `
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
#page{max-width:70rem;margin:0 auto;padding:1.75rem 1.25rem 3rem}
h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
ul,ol{list-style:none}
h1{font-size:1.6rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:.85rem;font-weight:600;color:var(--muted);letter-spacing:.06em;text-transform:uppercase;margin:2.25rem 0 .75rem}
h3{font-size:1.1rem;font-weight:650}
a{color:var(--note)}
code{font:.9em ui-monospace,"SF Mono",Menlo,Consolas,monospace;background:var(--paper);border:1px solid var(--line);border-radius:.3rem;padding:.05rem .3rem}
:focus-visible{outline:2px solid var(--note);outline-offset:2px}
.muted{color:var(--muted)}
.ok{--tone:var(--ok)}.note{--tone:var(--note)}.warning{--tone:var(--warning)}.critical{--tone:var(--critical)}
.word{color:var(--tone);font-weight:600}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;

/** A circle, a ring, a triangle, a square: told apart without colours. */
const MARKS = `
.mark{flex:none;display:inline-block;width:12px;height:12px;background:var(--tone);border-radius:50%;forced-color-adjust:none}
.mark.note{background:var(--paper);border:3px solid var(--tone)}
.mark.warning{border-radius:0;clip-path:polygon(50% 4%,100% 94%,0 94%);margin:0 -1px;width:14px}
.mark.critical{border-radius:.1rem}
#page[data-old] :is(.ok,.note,.warning,.critical){--tone:var(--muted)}
`;

const SUMMARY = `
.project{color:var(--muted);font-size:.9rem;display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;margin-bottom:.9rem}
.stale{background:var(--ink);color:var(--paper);border-radius:.6rem;padding:.7rem 1rem;margin-bottom:1rem;font-weight:600;position:sticky;top:.5rem;z-index:1}
.headline{display:flex;gap:.75rem;align-items:baseline}
.headline .mark{width:16px;height:16px}
.headline .word{display:block;font-size:.95rem;letter-spacing:0}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem;margin-top:1.5rem;padding-top:1.1rem;border-top:1px solid var(--line)}
.figures dt{color:var(--muted);font-size:.85rem}
.figures dd{font-size:1.15rem;font-weight:600}
.figures small{display:block;font-size:.85rem;font-weight:400;color:var(--muted)}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;justify-content:space-between}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem}
.legend li{display:flex;gap:.4rem;align-items:baseline}
`;

const CARDS = `
.cards{display:grid;gap:.75rem}
.card{background:var(--surface);border:1px solid var(--line);border-left:.3rem solid var(--tone);border-radius:.6rem;padding:1rem 1.15rem;display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.25rem 1.5rem;scroll-margin-top:1rem}
.card .about{font-size:.9rem;display:flex;flex-wrap:wrap;gap:0 .75rem}
.left{text-align:right;color:var(--muted);font-size:.85rem;max-width:12rem}
.left strong{display:block;color:var(--tone);font-size:1.4rem;line-height:1.25;font-weight:650}
.troubles{display:grid;gap:.6rem}
.card .troubles{grid-column:1/-1;margin-top:.5rem}
.next{color:var(--muted);font-size:.95rem}
.next b{color:var(--ink);font-weight:600}
`;

const TREE = `
.below{margin-left:.35rem}
.below>li{position:relative;padding-left:1.5rem}
.below>li::before{content:"";position:absolute;left:0;top:0;width:1.15rem;height:1.2rem;border:solid var(--line);border-width:0 0 2px 2px;border-bottom-left-radius:.7rem}
.below>li:not(:last-child)::after{content:"";position:absolute;left:0;top:0;bottom:0;border-left:2px solid var(--line)}
.below>li.broken::before{border-bottom-style:dashed;border-bottom-color:var(--tone)}
.inner>details{background:linear-gradient(var(--line),var(--line)) .35rem 1.7rem/2px 100% no-repeat}
.inner>.told{background:linear-gradient(var(--line),var(--line)) .35rem 0/2px 100% no-repeat}
.row{display:grid;grid-template-columns:minmax(0,1fr) 10.5rem 10rem 7.5rem 10rem 6rem .8rem;gap:0 .6rem;align-items:baseline;padding:.4rem 0;border-radius:.4rem}
details:has(>.details)[open]{padding-bottom:.8rem}
summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary.row:hover .name{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:.2em}
summary.row::after{content:"+";color:var(--muted);text-align:right}
[open]>summary.row::after{content:"\\2212"}
.who{display:flex;gap:.55rem;align-items:baseline;min-width:0}
.name{font-weight:600;margin-right:.15rem}
.tier{color:var(--muted);font-size:.85rem;white-space:nowrap}
.facts{display:contents;font-size:.9rem}
.facts>*{font-size:.9rem;color:var(--muted)}
.facts>.word{color:var(--tone)}
.told{padding:0 0 .7rem 1.25rem;font-size:.95rem;display:grid;gap:.35rem}
.details{margin:.1rem 0 0 1.25rem;padding:.75rem 1rem;background:var(--surface);border:1px solid var(--line);border-radius:.6rem;display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.3rem 1rem;font-size:.9rem}
.details dt{color:var(--muted)}
.bar{display:block;max-width:16rem;height:.35rem;border-radius:.2rem;background:var(--line);margin:.2rem 0 .3rem;overflow:hidden}
.bar i{display:block;height:100%;background:var(--muted)}
.fold>summary{display:grid;grid-template-columns:.7rem minmax(0,max-content) minmax(0,1fr);gap:0 .6rem;align-items:center;padding:.4rem 0;color:var(--muted);font-size:.95rem}
.fold>summary::before{content:"+";text-align:center}
.fold>.below{margin-left:-1.5rem}
.fold[open]>summary::before{content:"\\2212"}
.dots{height:.5rem;max-width:100%;width:calc(var(--count)*.65rem);background:radial-gradient(circle,var(--ok) .17rem,transparent .2rem) 0 0/.65rem .5rem}
`;

const NARROW = `
@media (max-width:60rem){
#page{padding:1.1rem .9rem 2rem}
h1{font-size:1.3rem}
.figures{grid-template-columns:repeat(2,minmax(0,1fr))}
.row{grid-template-columns:minmax(0,1fr) auto .8rem}
.facts{display:flex;flex-wrap:wrap;gap:0 .9rem;grid-column:1/-1;grid-row:2;padding-left:1.25rem}
.facts>*:empty{display:none}
.below>li{padding-left:1.1rem}
.fold>summary{grid-template-columns:.7rem minmax(0,1fr)}
.dots{grid-column:2}
.fold>.below{margin-left:-1.1rem}
.below>li::before{margin:0 -1px;width:14px}
.details{grid-template-columns:minmax(0,1fr);margin-left:0}
.details dd{margin-bottom:.4rem}
.card{grid-template-columns:minmax(0,1fr)}
.left{text-align:left;max-width:none}
.left strong{display:inline}
}
@media print{.stale{position:static}}
`;

/** All of it, for the page's head. */
export const STYLE: string = [
  `:root{color-scheme:light dark;${properties(PALETTES.light)}}`,
  `@media (prefers-color-scheme:dark){:root{${properties(PALETTES.dark)}}}`,
  BASE,
  MARKS,
  SUMMARY,
  CARDS,
  TREE,
  NARROW,
].join("");
