-- What holds a table's rows.
-- $1: text  relation
select p.part, p.pages from tributary.parts_of($1) p where p.pages > 0 order by 1;
