-- What Tributary installed in this database, without what takes long to look at but was not asked for.
-- $1: text[]  of: damage, outboxes, captures, deliveries
-- $2: text    the one table whose capture and delivery to look at; null: all
select (select tributary.describe($1::text[], $2::text)) as description
