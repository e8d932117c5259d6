/**
 * What runs in the browser: it fetches what the server rendered, and takes over what differs, so that what is open, selected
 * or focused stays so. When no answer comes it says so: old figures must not look like new ones.
 */
export const SCRIPT = `"use strict";
const EVERY_MS = 5000, TIMEOUT_MS = 20000, GRACE_MS = 10000, OLD_MS = 60000, LONGEST_MS = 60000;
const page = document.getElementById("page");
let waitMs = EVERY_MS, answeredAt = Date.now(), movedAt = answeredAt, next, looking = false;

const sameKind = (old, fresh) => old.nodeName === fresh.nodeName && (old.id || "") === (fresh.id || "");

function takeOver(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  const wanted = [...fresh.childNodes];
  wanted.forEach((child, index) => {
    const present = old.childNodes[index];
    if (present !== undefined && sameKind(present, child)) return takeOver(present, child);
    const moved = child.id && [...old.children].find((one) => one.id === child.id);
    if (moved) {
      old.insertBefore(moved, present);
      takeOver(moved, child);
    } else if (present === undefined || child.id || present.id) old.insertBefore(child, present || null);
    else present.replaceWith(child);
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

function tell() {
  const now = Date.now();
  const isSilent = now - answeredAt > waitMs + GRACE_MS;
  if (!isSilent && now - movedAt < OLD_MS) return;
  const stale = document.getElementById("stale");
  const said = isSilent ? "the monitor does not answer" : "nothing new comes from the monitor";
  const text = "This page is stale: " + said + " since " + page.dataset.clock + ".";
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = false;
  page.setAttribute("data-old", "");
  document.title = "Stale: " + page.dataset.title;
}

async function look() {
  clearTimeout(next);
  if (looking) return;
  looking = true;
  const asked = Date.now();
  try {
    const answer = await fetch("page", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const fresh = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    const content = fresh.getElementById("page");
    if (content !== null) {
      answeredAt = Date.now();
      if (content.dataset.at !== page.dataset.at) movedAt = answeredAt;
      waitMs = Math.min(LONGEST_MS, Math.max(EVERY_MS, 4 * (answeredAt - asked)));
      takeOver(page, content);
      document.title = page.dataset.title;
    }
  } catch {
    // Told below, when it lasts.
  }
  looking = false;
  tell();
  next = setTimeout(look, waitMs);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});
setInterval(tell, 1000);
next = setTimeout(look, EVERY_MS);
`;
