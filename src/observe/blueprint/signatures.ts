/**
 * The functions and operators of `pg_catalog` that expressions may call: each is IMMUTABLE in every supported version, does
 * nothing but compute, and takes and gives types of ours only. `test/security/signatures.test.ts` holds the list against a server.
 */
import { CATALOG_TYPES, type CatalogType, type ValueType } from "../../domain/expression.ts";

export interface Signature {
  readonly name: string;
  /** `any[]`: an array of whatever type. */
  readonly operands: readonly (ValueType | "any[]")[];
  readonly result: ValueType;
}

const FUNCTIONS = `
abs:float4>float4 abs:float8>float8 abs:int2>int2 abs:int4>int4 abs:int8>int8 abs:numeric>numeric
array_length:any[],int4>int4 array_ndims:any[]>int4 cardinality:any[]>int4 array_upper:any[],int4>int4 array_lower:any[],int4>int4
ascii:text>int4 bit_length:bytea>int4 bit_length:text>int4 btrim:bytea,bytea>bytea btrim:text,text>text btrim:text>text
ceil:float8>float8 ceil:numeric>numeric ceiling:float8>float8 ceiling:numeric>numeric
char_length:bpchar>int4 char_length:text>int4 character_length:bpchar>int4 character_length:text>int4 chr:int4>text
date_part:text,date>float8 date_part:text,interval>float8 date_part:text,time>float8 date_part:text,timestamp>float8
date_trunc:text,interval>interval date_trunc:text,timestamp>timestamp decode:text,text>bytea div:numeric,numeric>numeric
encode:bytea,text>text exp:float8>float8 exp:numeric>numeric
extract:text,date>numeric extract:text,interval>numeric extract:text,time>numeric extract:text,timestamp>numeric
family:inet>int4 floor:float8>float8 floor:numeric>numeric gcd:int4,int4>int4 gcd:int8,int8>int8 host:inet>text initcap:text>text
isfinite:date>bool isfinite:interval>bool isfinite:timestamp>bool isfinite:timestamptz>bool
json_array_length:json>int4 json_typeof:json>text jsonb_array_length:jsonb>int4 jsonb_strip_nulls:jsonb>jsonb jsonb_typeof:jsonb>text
left:text,int4>text length:bpchar>int4 length:bytea>int4 length:text>int4 ln:float8>float8 ln:numeric>numeric lower:text>text
lpad:text,int4,text>text lpad:text,int4>text ltrim:text,text>text ltrim:text>text
make_date:int4,int4,int4>date make_time:int4,int4,float8>time make_timestamp:int4,int4,int4,int4,int4,float8>timestamp
masklen:inet>int4 md5:bytea>text md5:text>text mod:int2,int2>int2 mod:int4,int4>int4 mod:int8,int8>int8 mod:numeric,numeric>numeric
octet_length:bpchar>int4 octet_length:bytea>int4 octet_length:text>int4
overlay:text,text,int4,int4>text overlay:text,text,int4>text position:text,text>int4
power:float8,float8>float8 power:numeric,numeric>numeric
regexp_count:text,text>int4 regexp_like:text,text,text>bool regexp_like:text,text>bool regexp_match:text,text>text[]
regexp_replace:text,text,text,text>text regexp_replace:text,text,text>text regexp_substr:text,text>text
repeat:text,int4>text replace:text,text,text>text reverse:text>text right:text,int4>text
round:float8>float8 round:numeric,int4>numeric round:numeric>numeric rpad:text,int4,text>text rpad:text,int4>text
rtrim:text,text>text rtrim:text>text scale:numeric>int4 sha256:bytea>bytea sha512:bytea>bytea
sign:float8>float8 sign:numeric>numeric split_part:text,text,int4>text sqrt:float8>float8 sqrt:numeric>numeric
starts_with:text,text>bool string_to_array:text,text>text[] strpos:text,text>int4
substr:bytea,int4,int4>bytea substr:bytea,int4>bytea substr:text,int4,int4>text substr:text,int4>text
substring:bytea,int4,int4>bytea substring:bytea,int4>bytea substring:text,int4,int4>text substring:text,int4>text substring:text,text>text
to_hex:int4>text to_hex:int8>text translate:text,text,text>text trunc:float8>float8 trunc:numeric,int4>numeric trunc:numeric>numeric
upper:text>text`;

const OPERATORS = `
!~*:bpchar,text>bool !~*:text,text>bool !~:bpchar,text>bool !~:text,text>bool
!~~*:bpchar,text>bool !~~*:text,text>bool !~~:bpchar,text>bool !~~:text,text>bool
~*:bpchar,text>bool ~*:text,text>bool ~:bpchar,text>bool ~:text,text>bool
~~*:bpchar,text>bool ~~*:text,text>bool ~~:bpchar,text>bool ~~:text,text>bool
%:int2,int2>int2 %:int4,int4>int4 %:int8,int8>int8 %:numeric,numeric>numeric
*:numeric,numeric>numeric /:numeric,numeric>numeric +:numeric,numeric>numeric -:numeric,numeric>numeric
*:float4,float4>float4 *:float8,float8>float8 /:float4,float4>float4 /:float8,float8>float8
+:float4,float4>float4 +:float8,float8>float8 -:float4,float4>float4 -:float8,float8>float8
-:int2>int2 -:int4>int4 -:int8>int8 -:numeric>numeric -:float4>float4 -:float8>float8 -:interval>interval
+:date,int4>date +:date,interval>timestamp +:date,time>timestamp +:int4,date>date +:interval,date>timestamp
+:interval,interval>interval +:time,interval>time +:timestamp,interval>timestamp
-:date,date>int4 -:date,int4>date -:date,interval>timestamp -:interval,interval>interval -:time,interval>time
-:time,time>interval -:timestamp,interval>timestamp -:timestamp,timestamp>interval -:timestamptz,timestamptz>interval
*:interval,float8>interval *:float8,interval>interval /:interval,float8>interval
->:json,int4>json ->:json,text>json ->:jsonb,int4>jsonb ->:jsonb,text>jsonb
->>:json,int4>text ->>:json,text>text ->>:jsonb,int4>text ->>:jsonb,text>text
?:jsonb,text>bool @>:jsonb,jsonb>bool <@:jsonb,jsonb>bool
||:bytea,bytea>bytea ||:jsonb,jsonb>jsonb ||:text,text>text
<<:inet,inet>bool <<=:inet,inet>bool >>:inet,inet>bool >>=:inet,inet>bool &&:inet,inet>bool`;

/** varchar has no operators of its own, and json cannot be compared. */
const COMPARABLE = CATALOG_TYPES.filter((type) => type !== "varchar" && type !== "json");
const WHOLE: readonly CatalogType[] = ["int2", "int4", "int8"];
const COMPARISONS = ["=", "<>", "<", "<=", ">", ">="];

function parse(list: string): readonly Signature[] {
  return list
    .trim()
    .split(/\s+/u)
    .map((entry) => {
      const [, name = "", operands = "", result = ""] = /^(.+?):([^>:]+)>([^>]+)$/u.exec(entry) ?? [];
      return { name, operands: operands.split(",") as ValueType[], result: result as ValueType };
    });
}

/** Comparisons within a type and among whole numbers, and sums of whole numbers of different widths. */
const regular: readonly Signature[] = [
  ...COMPARABLE.flatMap((type) => COMPARISONS.map((name) => comparison(name, type, type))),
  ...WHOLE.flatMap((left) =>
    WHOLE.flatMap((right) => [
      ...(left === right ? [] : COMPARISONS.map((name) => comparison(name, left, right))),
      ...["+", "-", "*", "/"].map((name): Signature => ({
        name,
        operands: [left, right],
        result: WHOLE.indexOf(left) > WHOLE.indexOf(right) ? left : right,
      })),
    ]),
  ),
  ...COMPARISONS.flatMap((name) => [
    comparison(name, "date", "timestamp"),
    comparison(name, "timestamp", "date"),
  ]),
];

function comparison(name: string, left: CatalogType, right: CatalogType): Signature {
  return { name, operands: [left, right], result: "bool" };
}

function byName(signatures: readonly Signature[]): ReadonlyMap<string, readonly Signature[]> {
  const found = new Map<string, Signature[]>();
  for (const signature of signatures)
    found.set(signature.name, [...(found.get(signature.name) ?? []), signature]);
  return found;
}

export const functionSignatures = byName(parse(FUNCTIONS));
export const operatorSignatures = byName([...parse(OPERATORS), ...regular]);

const STRINGS = ["text", "varchar", "bpchar"];
const NUMBERS = ["int2", "int4", "int8", "numeric", "float4", "float8"];

/** Conversions that neither a setting nor a function of anybody's has a say in. */
export function isSafeCast(from: ValueType, to: ValueType): boolean {
  if (from === to) return true;
  if (from.endsWith("[]") || to.endsWith("[]"))
    return STRINGS.some((name) => from === `${name}[]`) && STRINGS.some((name) => to === `${name}[]`);
  const isString = STRINGS.includes(to);
  if (STRINGS.includes(from)) return isString || ["uuid", "bool", "inet", ...NUMBERS].includes(to);
  if (isString) return ["uuid", "bool", "json", "jsonb", ...NUMBERS.slice(0, 4)].includes(from);
  if (NUMBERS.includes(from) && NUMBERS.includes(to)) return true;
  return SAFE_CASTS.has(`${from}>${to}`);
}

const SAFE_CASTS = new Set([
  "bool>int4",
  "int4>bool",
  "date>timestamp",
  "timestamp>date",
  "timestamp>time",
  "json>jsonb",
  "jsonb>json",
]);
