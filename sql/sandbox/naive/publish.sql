-- What travels, as pglogical's manual has it: a row filter for each table, and a list of columns where one must not travel.
select pglogical.create_replication_set('knowledge');
select pglogical.replication_set_add_table('knowledge', 'public.category');
select pglogical.replication_set_add_table('knowledge', 'public.document', row_filter := $$ status = 'approved' $$);
select pglogical.replication_set_add_table(
  'knowledge', 'public.attachment',
  columns := '{document_id,position,office,file_name,media_type,content,approved}',
  row_filter := 'approved'
);
