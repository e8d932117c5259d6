-- Writes a mark into the WAL that changes no table. All that was committed before stands before it.
select pg_logical_emit_message(true, 'tributary-poc', 'mark')::text as lsn;
