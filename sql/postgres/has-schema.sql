-- Can this database describe what Tributary installed in it?
select to_regprocedure('tributary.describe()') is not null as has_schema
