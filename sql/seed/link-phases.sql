-- How far the sets of a link are.
-- $1: text  provider
select l.set_name, l.phase from tributary.link l where l.provider = $1;
