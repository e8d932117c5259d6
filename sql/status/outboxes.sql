-- What the messages that are kept here take on disk, with indexes and what is stored out of line.
select coalesce(sum(tributary.outbox_bytes(o.set_name)), 0)::float8 as bytes from tributary.outbox o
