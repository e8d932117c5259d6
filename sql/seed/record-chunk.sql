-- Records a range as copied and verified.
-- $1: text     provider
-- $2: text     relation
-- $3: text     rule
-- $4: text[]   lower
-- $5: text[]   upper
-- $6: int8     rows
-- $7: numeric  hash
-- $8: text     way
insert into tributary.seed_chunk (provider, relation, rule, lower, upper, rows, hash, way) values ($1, $2, $3, $4, $5, $6, $7, $8);
