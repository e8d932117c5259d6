-- How a link stands, at its subscriber.
-- $1: text    provider
-- $2: text[]  sets
select l.phase, s.sent_at from unnest($2::text[]) u(set_name)
  left join tributary.link l on (l.provider, l.set_name) = ($1, u.set_name)
  left join tributary.source s on s.node = $1;
