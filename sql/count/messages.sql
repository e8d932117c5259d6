-- Messages at one end of links, and a point of the WAL that comes after all that were counted.
-- $1: text  spans as JSON: [{link, since, nodes}]
select c.counts, (c.position - '0/0')::float8 as position from tributary.count_messages($1::text::jsonb) c;
