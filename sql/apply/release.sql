-- Gives this database back, however often it was taken.
select pg_advisory_unlock_all();
