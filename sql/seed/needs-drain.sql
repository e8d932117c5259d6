-- Is something on its way over the link that was captured under another rule, or before the link was last exact?
-- $1: text  provider
-- $2: text  set
-- $3: text  relation
-- $4: text  rule that the copy is made for
select exists (select from tributary.link l where (l.provider, l.set_name) = ($1, $2) and l.phase <> 'seeding')
  or exists (select from tributary.seed s where (s.provider, s.relation) = ($1, $3) and s.rule <> $4)
  or exists (select from tributary.seed_chunk c where (c.provider, c.relation) = ($1, $3) and c.rule <> $4) as needed;
