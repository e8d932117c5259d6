-- What Tributary installed in this database. Only where to_regprocedure('tributary.describe()') is not null.
select (select tributary.describe()) as description
