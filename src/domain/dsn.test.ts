import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clusterOf,
  composeLinkDsn,
  databaseOf,
  DsnSyntaxError,
  formatDsn,
  parseDsn,
  redactDsn,
} from "./dsn.ts";

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
