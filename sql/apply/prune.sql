-- Empties the outbox leaves at rest.
select tributary.prune() as freed_bytes;
