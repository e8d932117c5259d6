-- Notes the rows that came over a link and whose keys the provider does not send.
-- $1: text    relation
-- $2: text[]  nodes whose rows come over the link
select tributary.note_surplus($1, $2);
