-- Empties the outboxes as far as they are at rest.
select tributary.tend()::float8 as freed_bytes;
