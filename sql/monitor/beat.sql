-- A beat into the stream, unless there was one of late. What the node knows of its disks goes with it.
-- $1: text  JSON
-- $2: float8  how old the last one must be, in seconds
select tributary.beat($1::text::jsonb, make_interval(secs => $2::float8)) as is_sent;
