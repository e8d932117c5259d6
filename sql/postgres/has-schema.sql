-- Can this database describe what Tributary installed in it, and can it do so in parts?
select to_regprocedure('tributary.describe()') is not null as has_schema,
  to_regprocedure('tributary.describe(text[], text)') is not null as tells_parts
