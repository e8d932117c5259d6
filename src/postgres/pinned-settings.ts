/** What every connection of ours sets. */

/**
 * Settings under which every value reads the same on every node, and no session lasts for ever. Our statements are short:
 * compiling one to machine code takes longer than to run it, and the district's CPU is not ours.
 */
export function pinnedSettings(applicationName: string, statementTimeoutMs: number): Record<string, string> {
  return {
    application_name: applicationName,
    client_encoding: "UTF8",
    // nobody's function or operator is called in place of PostgreSQL's
    search_path: "pg_catalog, pg_temp",
    // what is kept as text, or read as SQL, is the same whoever made it
    DateStyle: "ISO, YMD",
    IntervalStyle: "postgres",
    extra_float_digits: "3",
    bytea_output: "hex",
    TimeZone: "UTC",
    lc_monetary: "C",
    xmloption: "content",
    array_nulls: "on",
    jit: "off",
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: "10000",
    idle_in_transaction_session_timeout: "120000",
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    tcp_user_timeout: "60000",
  };
}
