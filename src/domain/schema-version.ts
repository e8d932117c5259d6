/** Number of the newest file of sql/schema: what `install-schema` brings a node to. A test compares it with the folder. */
export const SCHEMA_VERSION = 18;
