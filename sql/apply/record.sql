-- Adds to the node's own journal.
-- $1: text  step
-- $2: text  status
-- $3: text  detail
insert into tributary.journal (step, status, detail) values ($1, $2, $3);
