-- Case mapping of all letters, whatever collation the database has.
DO $do$
DECLARE c text := (SELECT quote_ident(collname) FROM pg_collation
                   WHERE collname IN ('und-x-icu', 'C.UTF-8', 'C.utf8', 'en_US.utf8') AND collencoding IN (-1, pg_char_to_encoding('UTF8'))
                   ORDER BY array_position(ARRAY['und-x-icu', 'C.UTF-8', 'C.utf8', 'en_US.utf8'], collname::text) LIMIT 1);
BEGIN
    EXECUTE format('CREATE FUNCTION sf_upper(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS %L',
        format('SELECT upper(t COLLATE %s) COLLATE "C"', coalesce('pg_catalog.' || c, '"default"')));
    EXECUTE format('CREATE FUNCTION sf_lower(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS %L',
        format('SELECT lower(t COLLATE %s) COLLATE "C"', coalesce('pg_catalog.' || c, '"default"')));
END $do$;
