-- Empties the outbox leaves at rest.
select tributary.tend() as freed_bytes;
