-- Takes this database for one run of the tool, until its session ends; false when another session has it. May be asked
-- again by the session that has it.
select pg_try_advisory_lock(hashtext('tributary'), hashtext('apply')) as claimed;
