/** Three streams that become one: what a browser shows beside the page's title. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#3a7ca5" stroke-width="2" stroke-linecap="round"><path d="M8 14V3M3 3c0 4 5 4 5 7M13 3c0 4-5 4-5 7"/></svg>';
