import fc from "fast-check";
import { expect, test } from "vitest";
import {
  accountOf,
  clusterOf,
  composeLinkDsn,
  databaseOf,
  DsnSyntaxError,
  formatDsn,
  hasPassword,
  parseDsn,
  placeOf,
  redactDsn,
  shownLinkDsn,
  withPassword,
} from "./dsn.ts";
import { linkRoleName } from "./names.ts";

test("a URI is taken apart and decoded", () => {
  expect(parseDsn("postgresql://me:p%40ss@db.example.org:5433/my%20db?sslmode=require")).toEqual({
    user: "me",
    password: "p@ss",
    host: "db.example.org",
    port: 5433,
    database: "my db",
    parameters: { sslmode: "require" },
  });
});

test("socket folders, IPv6 addresses and missing parts are understood", () => {
  expect(parseDsn("postgres:///slm?host=/tmp/sock&port=5499&user=me")).toEqual({
    host: "/tmp/sock",
    port: 5499,
    user: "me",
    database: "slm",
    parameters: {},
  });
  expect(parseDsn("postgresql://me@[::1]:5433/slm").host).toBe("::1");
  expect(parseDsn("postgresql://%2Ftmp%2Fsock/slm")).toMatchObject({ host: "/tmp/sock", port: 5432 });
});

test.each([
  "host=a dbname=b",
  "mysql://me@host/db",
  "postgresql://me@a,b/db",
  "postgresql://me@a:x/db",
  "postgresql://me@a:99999/db",
  "postgresql://me:50%@a/db",
  "postgresql://me@a/db?sslmode",
])("%s is refused without being quoted", (text) => {
  expect(() => parseDsn(text)).toThrow(DsnSyntaxError);
  expect(() => parseDsn(text)).not.toThrow(text);
});

const piece = fc.string({ minLength: 1, unit: "grapheme" });
test("formatting then parsing gives the same parts back", () => {
  const dsn = fc.record({
    user: piece,
    password: piece,
    host: fc.constantFrom("db.example.org", "10.0.0.7", "::1", "/run/postgresql"),
    port: fc.integer({ min: 1, max: 65_535 }),
    database: piece,
    parameters: fc.dictionary(fc.constantFrom("sslmode", "passfile", "options"), piece, {
      noNullPrototype: true,
    }),
  });
  fc.assert(
    fc.property(dsn, (parts) => {
      expect(parseDsn(formatDsn(parts))).toEqual(parts);
    }),
  );
});

test("a password is never shown, in whatever form the connection string is written", () => {
  const password = fc.string({ minLength: 8 }).filter((text) => /^[\w!?#$%&*()+=.-]{8,}$/u.test(text));
  fc.assert(
    fc.property(password, (secret) => {
      for (const text of [
        `postgresql://me:${secret}@host/db`,
        `postgresql://me@host/db?password=${encodeURIComponent(secret)}`,
        `postgresql://me@host/db?sslmode=require&sslpassword=${encodeURIComponent(secret)}`,
        `host=a password=${secret} dbname=b`,
        `host=a password='${secret}' dbname=b`,
        `postgresql//me:${secret}@host/db`,
        secret.replaceAll("=", ""),
      ]) {
        expect(redactDsn(text)).not.toContain(secret.replaceAll("=", ""));
        expect(redactDsn(text)).not.toContain(encodeURIComponent(secret));
      }
    }),
  );
  expect(redactDsn("postgresql://me:secret@host/db")).toBe("postgresql://me:***@host:5432/db");
  expect(redactDsn("host=a password='it\\'s' dbname=b")).toBe("host=a password=*** dbname=b");
});

test("a link notices a cut line in half a minute, unless told otherwise", () => {
  expect(composeLinkDsn("postgresql://me:x@host/db?keepalives_idle=5")).toBe(
    "postgresql://me:x@host:5432/db?connect_timeout=10&keepalives=1&keepalives_idle=5" +
      "&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=30000",
  );
});

test("a link's own address wins, and a password does not follow another user or a passfile", () => {
  const dsn = "postgresql://me:x@host/db?hostaddr=1.2.3.4&sslmode=prefer";
  const parts = parseDsn(composeLinkDsn(dsn, { host: "10.0.0.7", port: 6000, sslmode: "verify-full" }));
  expect(parts).toMatchObject({ host: "10.0.0.7", port: 6000, user: "me", password: "x", database: "db" });
  expect(parts.parameters).toMatchObject({ sslmode: "verify-full" });
  expect(parts.parameters["hostaddr"]).toBeUndefined();
  expect(parseDsn(composeLinkDsn(dsn, { user: "link" })).password).toBeUndefined();
  expect(parseDsn(composeLinkDsn(dsn, { passfile: "/etc/pass" })).password).toBeUndefined();
});

test("the names of this machine count as one", () => {
  expect(clusterOf(parseDsn("postgresql://me@127.0.0.1/a"))).toBe(
    clusterOf(parseDsn("postgresql://LOCALHOST/b")),
  );
  expect(databaseOf(parseDsn("postgresql://me@127.0.0.1/a"))).toBe("localhost:5432/a");
});

test("a link's own role takes nothing along that belongs to the user of dsn", () => {
  const dsn = "postgresql://postgres:hush@db:5433/slm?passfile=/mine&sslmode=require";
  const own = parseDsn(composeLinkDsn(dsn, { host: "10.0.0.7" }, "ours"));
  expect(own).toMatchObject({ user: "ours", host: "10.0.0.7", parameters: { sslmode: "require" } });
  expect(own.password).toBeUndefined();
  expect(own.parameters["passfile"]).toBeUndefined();
  const filed = parseDsn(composeLinkDsn(dsn, { passfile: "/theirs" }, "ours"));
  expect(filed).toMatchObject({ user: "ours", parameters: { passfile: "/theirs" } });
  expect(parseDsn(composeLinkDsn(dsn, { user: "named" }, "ours")).user).toBe("named");
});

test("a link is shown as its subscription will be, before its password is known", () => {
  const linkDsn = "postgresql://ours@db:5432/slm";
  const shown = redactDsn(withPassword(linkDsn, "made later"));
  expect(shownLinkDsn({ linkDsn, linkRole: { password: "generated" } })).toBe(shown);
  expect(shownLinkDsn({ linkDsn, linkRole: { password: "passfile" } })).toBe(linkDsn);
  expect(shownLinkDsn({ linkDsn })).toBe(linkDsn);
});

test.each([
  ["postgresql://me:hush@db:5433/slm?sslmode=require", true, "postgresql://db:5433/slm"],
  ["postgresql://me@db/slm?password=hush", true, "postgresql://db:5432/slm"],
  ["postgresql://me@db/slm?sslpassword=hush", true, "postgresql://db:5432/slm"],
  ["postgresql://me@db/slm", false, "postgresql://db:5432/slm"],
  ["host=db port=5433 dbname=slm user=me password='hush hush'", true, "host=db port=5433 dbname=slm"],
  ["host=db user=me", false, "host=db"],
  ["password = hush", true, "host=nowhere"],
  ["::: hush :::", false, "host=nowhere"],
])("%s: a password is seen, and the place goes without it", (text, has, place) => {
  expect(hasPassword(text)).toBe(has);
  expect(placeOf(text)).toBe(place);
  expect(placeOf(text)).not.toContain("hush");
});

test("the account of a connection string", () => {
  expect(accountOf("postgresql://me:hu%40sh@db/slm")).toEqual({ user: "me", password: "hu@sh" });
  expect(accountOf("host=db user=me")).toEqual({});
});

test("the role of a link is named after project and node, and cut with a hash where that is too long", () => {
  expect(linkRoleName("slm", "district-a")).toBe("tributary_slm_link_district_a");
  const long = "a".repeat(30);
  const names = ["b", "c"].map((end) => linkRoleName(long, `${long}-${end}`));
  expect(names.map((name) => name.length)).toEqual([63, 63]);
  expect(new Set(names).size).toBe(2);
});
