/** PostgreSQL's own functions that a filter cannot call. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

const AGGREGATES = words(`
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every
  json_agg json_agg_strict json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont
  percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2
  regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp
  variance xmlagg`);

const WINDOW_FUNCTIONS = words(`
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number`);

/**
 * Stable or volatile whatever their arguments. Functions that are immutable for some arguments, such as
 * date_trunc, are left to the server.
 */
const CHANGEABLE = words(`
  array_to_json array_to_string clock_timestamp col_description concat concat_ws convert convert_from
  convert_to currtid2 current_database current_query current_schema current_schemas current_setting
  current_user currval enum_first enum_last enum_range format format_type gen_random_uuid
  get_current_ts_config getdatabaseencoding getpgusername inet_client_addr inet_client_port
  inet_server_addr inet_server_port json_build_array json_build_object json_populate_record
  jsonb_build_array jsonb_build_object jsonb_path_exists_tz jsonb_path_match_tz
  jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record
  json_populate_recordset json_to_record json_to_recordset jsonb_populate_recordset jsonb_to_record
  jsonb_to_recordset lastval make_timestamptz money mxid_age nextval now obj_description random
  random_normal regclass row_security_active row_to_json session_user set_config setseed setval
  shobj_description statement_timestamp system timeofday to_char to_date to_json to_jsonb to_number
  to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure
  to_regrole to_regtype transaction_timestamp uuidv4 uuidv7 version xml xml_is_well_formed`);

/** Families whose every member looks at the server. */
const CHANGEABLE_FAMILY =
  /^(?:pg_(?!size_)|has_|lo_|loread$|lowrite$|txid_|binary_upgrade_|(?:query|table|schema|database|cursor)_to_xml)/u;

/** Works on many rows at once. */
export const isAggregate = (name: string): boolean => AGGREGATES.has(name);

/** Looks at neighbouring rows. */
export const isWindowFunction = (name: string): boolean => WINDOW_FUNCTIONS.has(name);

/** May answer differently for the same arguments. */
export const isChangeable = (name: string): boolean => CHANGEABLE.has(name) || CHANGEABLE_FAMILY.test(name);
