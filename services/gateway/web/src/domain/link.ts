// Links in what a model wrote: it may have read what a stranger wrote.

/** The address of a link that leads away from here. */
export function foreignUrl(href: string | undefined, origin: string): URL | undefined {
  const url = href === undefined ? null : URL.parse(href, origin);
  const leadsAway = url !== null && url.origin !== origin && /^https?:$/.test(url.protocol);
  return leadsAway ? url : undefined;
}

/** Longest path, in characters, that hardly holds anything but a place. */
const longest = 60;

/** Whether an address has room for what was known here: a query, a fragment, a name and password, a long path or host. */
export function carriesData({ search, hash, username, password, pathname, host }: URL): boolean {
  const has = search !== "" || hash !== "" || username !== "" || password !== "";
  return has || pathname.length > longest || host.length > longest;
}
