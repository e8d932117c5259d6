/** Every kind of type that a column may have, with the values that are hard to carry. */

export interface TypeCase {
  /** Types of a group share a table: their text depends on the same settings, and so does how they are captured. */
  readonly group:
    | "plain"
    | "floats"
    | "money"
    | "bytes"
    | "xml"
    | "dates"
    | "zoned"
    | "intervals"
    | "codes"
    | "others";
  /** A column's type, as in CREATE TABLE. */
  readonly type: string;
  /** SQL expressions, cast to the type where they are written. */
  readonly values: readonly string[];
}

/** What the cases need besides PostgreSQL's own types. */
export const TYPES_SCHEMA = `
  create extension citext; create extension hstore; create extension ltree;
  create schema "odd ""s""";
  create type public.mood as enum ('sad', 'so so', 'happy "very"', 'it''s, {ok}', '');
  create domain public.percent as numeric(7, 3) check (value between 0 and 100);
  create domain public.code as char(6) check (value <> 'bad');
  create domain public.codes as bpchar[] check (cardinality(value) < 9);
  create type "odd ""s"""."Ad,dress" as (street text, "house ""no""" int, note bpchar, at timestamptz, moods public.mood[]);
  create domain public.known_address as "odd ""s"""."Ad,dress" check ((value).street is distinct from 'bad');
  create type public.span as range (subtype = float8, subtype_diff = float8mi);
  create type public.words as range (subtype = text, collation = "C");`;

const ADDRESS = `"odd ""s"""."Ad,dress"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const HOSTILE = [
  "",
  " ",
  "NULL",
  "null",
  '"',
  "\\",
  '\\"',
  "'",
  "{}",
  "{a,b}",
  "(1,2)",
  "a,b",
  "\t\n\r\v",
  "\\N",
  "\\.",
  "%s %1$s $1",
  "é\u{1f600}\u0301",
  "\u0001\u007f\u0080",
  "  padded  ",
].map(text);
const floats = (tiny: string, least: string, most: string, near: string): string[] => [
  ...["0", "-0", "NaN", "Infinity", "-Infinity", "0.1", "-1", "1e15", "123456789", tiny, least].map(text),
  ...[most, near].flatMap((value) => [text(value), text(`-${value}`)]),
];
const instants = (zone: string): string[] =>
  [
    "infinity",
    "-infinity",
    `4713-11-24 00:00:00${zone} BC`,
    `0044-03-15 12:34:56.000001${zone} BC`,
    `0001-01-01 00:00:00${zone}`,
    `1582-10-05 23:59:59.999999${zone}`,
    `1899-12-31 23:59:59.5${zone}`,
    `2026-02-03 04:05:06.789012${zone}`,
    `2026-10-25 01:30:00${zone}`,
    `294276-12-31 23:59:59.999999${zone}`,
  ].map(text);

const NUMBERS: readonly TypeCase[] = [
  { group: "plain", type: "boolean", values: ["true", "false"] },
  { group: "plain", type: "smallint", values: ["0", "-32768", "32767"] },
  { group: "plain", type: "integer", values: ["0", "-2147483648", "2147483647"] },
  { group: "plain", type: "bigint", values: ["0", "-9223372036854775808", "9223372036854775807"] },
  {
    group: "plain",
    type: "numeric",
    values: [
      ...["NaN", "Infinity", "-Infinity", "0", "-0.000", "1", "1.0", "1.00", "-1.10", "1e-16383"].map(text),
      "repeat('9', 131072)",
      "'-0.' || repeat('123456789', 1820)",
      "repeat('7', 30000) || '.' || repeat('3', 16383)",
    ],
  },
  { group: "plain", type: "numeric(12, 4)", values: ["0", "1.5", "-99999999.9999", "'NaN'"] },
  {
    group: "floats",
    type: "real",
    values: floats("1.4e-45", "1.17549435e-38", "3.4028235e38", "0.99999994"),
  },
  {
    group: "floats",
    type: "double precision",
    values: [
      ...floats(
        "4.9406564584124654e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "0.1000000000000000055511151231257827",
      ),
      "0.1::float8 + 0.2::float8",
      "2::float8 ^ 53 + 2",
      "1e23",
      "9007199254740993",
      "5e-324::float8 * 3",
    ],
  },
  {
    group: "money",
    type: "money",
    values: ["0", "12.34", "-0.01", "92233720368547758.07", "-92233720368547758.08"],
  },
];

const TEXTS: readonly TypeCase[] = [
  { group: "plain", type: "text", values: [...HOSTILE, "repeat('x', 300000)", "repeat('\"\\', 50000)"] },
  { group: "plain", type: "varchar(30)", values: HOSTILE },
  { group: "plain", type: "varchar", values: HOSTILE },
  { group: "plain", type: "char(9)", values: HOSTILE.filter((value) => value.length < 11) },
  { group: "plain", type: "bpchar", values: HOSTILE },
  {
    group: "others",
    type: `"char"`,
    values: ["'a'", "''", "' '", "'\"'", "'\\'", '0::"char"', '(-1)::"char"', '10::"char"'],
  },
  { group: "codes", type: "name", values: HOSTILE.filter((value) => value.length < 60) },
  { group: "others", type: "citext", values: HOSTILE.concat("'CaSe'", "'case'") },
  {
    group: "bytes",
    type: "bytea",
    values: [
      ...["", "\\x00", "\\x5c27227b2c7d", "\\xdeadbeef"].map(text),
      "decode(repeat('00ff5c', 100000), 'hex')",
    ],
  },
  {
    group: "plain",
    type: "uuid",
    values: ["'00000000-0000-0000-0000-000000000000'", "'{FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF}'"],
  },
  {
    group: "plain",
    type: "json",
    values: [
      ...['{"b":  1, "a":2, "a":3}', " [ ]\n", "1.10", "1e400", '"\\u0000"', '"\\ud83d\\ude00"', "null"].map(
        text,
      ),
      "'{\"deep\": ' || repeat('[', 500) || repeat(']', 500) || '}'",
    ],
  },
  {
    group: "plain",
    type: "jsonb",
    values: [
      '{"b":  1, "a":2, "a":3}',
      "[]",
      "1.10",
      "-0.0",
      "1e300",
      '"\\" \\\\ \\ud83d\\ude00"',
      "null",
      '{"": {"": null}}',
    ].map(text),
  },
  { group: "others", type: "jsonpath", values: ["'$.a[*] ? (@ > 1.0)'", "'strict $.\"b c\"'"] },
  {
    group: "xml",
    type: "xml",
    values: [
      "",
      "text",
      '<a b="c&amp;d">  <e/>\n</a>',
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a>é</a>',
      '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
      '<!DOCTYPE a [<!ENTITY e "f">]><a>&e;</a>',
      "<a/><b/>tail",
      "<![CDATA[<x>]]>",
    ].map(text),
  },
  {
    group: "others",
    type: "tsvector",
    values: [
      "''",
      "'a:1A,2B fat:16383 ''it''''s'' ''b \\\\ c'' d'",
      "to_tsvector('english', 'The quick brown foxes')",
    ],
  },
  {
    group: "others",
    type: "tsquery",
    values: ["''", "'a & (b:*AB | !c) <3> ''it''''s'''", "to_tsquery('english', 'foxes')"],
  },
  { group: "others", type: "hstore", values: ["''", `'a=>1, "b \\" \\\\"=>NULL, c=>"NULL", ""=>""'`] },
  { group: "others", type: "ltree", values: ["''", "'Top.Science.Astronomy'", "'A_b.1'"] },
  { group: "others", type: "lquery", values: ["'Top.*{1,2}.!football@*|x%'"] },
  { group: "others", type: "ltxtquery", values: ["'Europe & Russia*@ & !Transportation'"] },
];

const TIMES: readonly TypeCase[] = [
  {
    group: "dates",
    type: "date",
    values: ["infinity", "-infinity", "4713-11-24 BC", "0044-03-15 BC", "2026-02-03", "5874897-12-31"].map(
      text,
    ),
  },
  { group: "dates", type: "timestamp", values: instants("") },
  { group: "zoned", type: "timestamptz", values: instants("+00") },
  { group: "zoned", type: "timestamptz(2)", values: ["'2026-02-03 04:05:06.789012+05:30'", "'infinity'"] },
  {
    group: "plain",
    type: "time",
    values: ["00:00", "24:00", "23:59:59.999999", "04:05:06.000001"].map(text),
  },
  {
    group: "codes",
    type: "timetz",
    values: ["00:00+15:59:59", "24:00-15:59:59", "12:34:56.789012+05:30", "01:02-00:00:01"].map(text),
  },
  {
    group: "intervals",
    type: "interval",
    values: [
      ...[
        "0",
        "1 year -2 mons 3 days -04:05:06.789",
        "-1 mons +1 day",
        "-00:00:00.000001",
        "1 day -24:00:00",
      ].map(text),
      ...[
        "178000000 years",
        "-178000000 years",
        "2562047788:00:54.775807",
        "30 days",
        "1 mon",
        "720:00:00",
      ].map(text),
      "make_interval(years => -1, months => 2, days => -3, secs => 4.000005)",
    ],
  },
  { group: "intervals", type: "interval day to second(3)", values: ["'3 days 04:05:06.789'"] },
];

const PLACES: readonly TypeCase[] = [
  {
    group: "plain",
    type: "inet",
    values: ["10.0.0.1", "10.0.0.1/8", "::1", "::ffff:1.2.3.4/64", "0.0.0.0/0"].map(text),
  },
  { group: "plain", type: "cidr", values: ["10.0.0.0/8", "10.0.0.1/32", "2001:db8::/32", "::/0"].map(text) },
  { group: "codes", type: "macaddr", values: ["'08:00:2b:01:02:03'"] },
  { group: "others", type: "macaddr8", values: ["'08:00:2b:ff:fe:01:02:03'"] },
  { group: "codes", type: "bit(5)", values: ["B'10101'", "B'00000'"] },
  { group: "codes", type: "bit varying", values: ["B''", "B'1'", "repeat('10', 40)::varbit"] },
  {
    group: "others",
    type: "point",
    values: ["(0,-0)", "(NaN,Infinity)", "(0.1,1e-310)", "(-Infinity,1e308)"].map(text),
  },
  { group: "others", type: "line", values: ["'{1,-0,0.30000000000000004}'"] },
  { group: "others", type: "lseg", values: ["'[(1,2),(-0,0.1)]'"] },
  { group: "others", type: "box", values: ["'(3,4),(1,2)'", "'(0.1,0),(-0,-0.2)'"] },
  { group: "others", type: "path", values: ["'[(1,2),(3,4)]'", "'((0.1,2),(3,-0))'"] },
  { group: "others", type: "polygon", values: ["'((0,0),(1,0.30000000000000004),(1,1))'"] },
  { group: "others", type: "circle", values: ["'<(0.1,-0),1e-300>'"] },
  { group: "others", type: "pg_lsn", values: ["'0/0'", "'FFFFFFFF/FFFFFFFF'"] },
  { group: "others", type: "pg_snapshot", values: ["'10:20:10,14,15'"] },
  { group: "others", type: "xid8", values: ["'18446744073709551615'"] },
  { group: "others", type: "xid", values: ["'4294967295'"] },
  { group: "others", type: "tid", values: ["'(4294967295,65535)'"] },
  { group: "others", type: "oid", values: ["0", "16384", "4294967295"] },
];

const BUILT: readonly TypeCase[] = [
  {
    group: "plain",
    type: "int[]",
    values: ["{}", "{1,NULL,-3}", "[-1:1]={1,NULL,3}", "[0:1][5:6]={{1,2},{3,4}}", "{{{1}},{{2}}}"].map(text),
  },
  {
    group: "plain",
    type: "text[]",
    values: [
      `array[${HOSTILE.join(", ")}, null]`,
      "'{}'",
      "'[2:3]={\"NULL\",NULL}'",
      "array[array['a', ''], array[null, 'b']]",
    ],
  },
  { group: "floats", type: "float8[]", values: ["'{NaN,-0,4.9406564584124654e-324,Infinity}'"] },
  { group: "bytes", type: "bytea[]", values: ["array['\\x00ff'::bytea, '', null]"] },
  { group: "plain", type: "bpchar[]", values: ["array['a  '::bpchar, '', null]"] },
  { group: "zoned", type: "timestamptz[]", values: ["'{infinity,2026-02-03 04:05:06.789+00,-infinity}'"] },
  { group: "intervals", type: "interval[]", values: ["'{1 year -2 mons -04:05:06.7,00:00:00}'"] },
  { group: "others", type: "point[]", values: ["'{\"(1,-0)\",NULL}'"] },
  { group: "others", type: "box[]", values: ["'{(3,4),(1,2);(1,1),(0,0)}'"] },
  {
    group: "plain",
    type: "public.mood",
    values: ["sad", "so so", 'happy "very"', "it's, {ok}", ""].map(text),
  },
  {
    group: "codes",
    type: "public.mood[]",
    values: ["enum_range(null::public.mood)", "array[null::public.mood]", "'{}'"],
  },
  { group: "others", type: "public.percent", values: ["0", "100", "33.3333"] },
  { group: "others", type: "public.percent[]", values: ["array[1.5, null]::public.percent[]"] },
  { group: "others", type: "public.code", values: ["'ab'", "''"] },
  { group: "others", type: "public.codes", values: ["array['a  '::bpchar, null]", "'{}'"] },
  {
    group: "others",
    type: ADDRESS,
    values: [
      `row('Main "St", 1 \\', null, 'pad  ', '2026-02-03 04:05:06.7+00', array['so so', null, '']::public.mood[])`,
      "row(null, null, null, null, null)",
      "row('', 1, '', 'infinity', '{}')",
      "row(' ( ) , ', -1, 'NULL', '-infinity', null)",
    ],
  },
  {
    group: "others",
    type: `${ADDRESS}[]`,
    values: [
      `array[row('a"b', 1, ' x ', 'infinity', array['it''s, {ok}']::public.mood[])::${ADDRESS}, null]`,
      "'{}'",
    ],
  },
  {
    group: "others",
    type: "public.known_address",
    values: ["row('x', null, 'y ', '0044-03-15 00:00+00 BC', null)"],
  },
  { group: "others", type: "int4range", values: ["empty", "[1,5)", "(,)", "[5,)"].map(text) },
  { group: "others", type: "numrange", values: ["[1.10,NaN]", "(-Infinity,1.100)", "empty"].map(text) },
  {
    group: "others",
    type: "tstzrange",
    values: ["[2026-02-03 04:05:06.789+00,infinity]", "(-infinity,)"].map(text),
  },
  {
    group: "others",
    type: "daterange",
    values: ["[2026-02-03,infinity]", "[0044-03-15 BC,2026-01-01)"].map(text),
  },
  { group: "others", type: "public.span", values: ["[-0,4.9406564584124654e-324]", "(0.1,NaN)"].map(text) },
  { group: "others", type: "public.words", values: [`'["a""b","c,d)"]'`, "'[\"\",NULL)'"] },
  { group: "others", type: "nummultirange", values: ["{}", "{[1.0,2.0),[3,)}"].map(text) },
  {
    group: "others",
    type: "tsmultirange",
    values: ['\'{["2026-02-03 04:05:06","2026-02-04"),["2027-01-01",infinity]}\''],
  },
  { group: "others", type: "public.words[]", values: [`array['["a""b","c,d)"]'::public.words, null]`] },
  { group: "others", type: "int4range[]", values: ["array['[1,5)'::int4range, 'empty']"] },
];

/** In a fixed order; the place in it names a case's table. */
export const TYPE_CASES: readonly TypeCase[] = [...NUMBERS, ...TEXTS, ...TIMES, ...PLACES, ...BUILT];
