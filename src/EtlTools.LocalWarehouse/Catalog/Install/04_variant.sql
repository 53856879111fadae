-- Compact, keys in order, as Snowflake prints semi-structured values.
CREATE FUNCTION sf_json(v jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE jsonb_typeof(v)
        WHEN 'object' THEN
            RETURN '{' || coalesce((SELECT string_agg(to_json(key)::text || ':' || sf_json(value), ',' ORDER BY key COLLATE "C") FROM jsonb_each(v)), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((SELECT string_agg(sf_json(value), ',' ORDER BY n) FROM jsonb_array_elements(v) WITH ORDINALITY AS e(value, n)), '') || ']';
        ELSE RETURN v::text;
    END CASE;
END $$;

CREATE FUNCTION sf_variant_text(v jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE jsonb_typeof(v) WHEN 'null' THEN NULL WHEN 'string' THEN v #>> '{}' ELSE sf_json(v) END
$$;

CREATE FUNCTION sf_parse_json(t text, attempt boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF btrim(t, E' \t\r\n') = '' THEN RETURN NULL; END IF;
    RETURN t::jsonb;
EXCEPTION
    WHEN untranslatable_character THEN
        RAISE EXCEPTION USING ERRCODE = 'SF002', MESSAGE = 'Unsupported feature ''NUL character (U+0000) in JSON text''.';
    WHEN data_exception THEN
        IF attempt THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING ERRCODE = 'SF069', MESSAGE = format('Error parsing JSON: %s', left(t, 200));
END $$;

CREATE FUNCTION sf_variant_cast_failed(v jsonb, target text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SF071', MESSAGE = format('Failed to cast variant value %s to %s', left(sf_json(v), 200), target);
END $$;

CREATE FUNCTION sf_variant_number(v jsonb, p int, s int, attempt boolean) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE jsonb_typeof(v)
        WHEN 'null' THEN RETURN NULL;
        WHEN 'number' THEN RETURN sf_fit_number((v #>> '{}')::numeric, p, s, attempt);
        WHEN 'string' THEN RETURN sf_to_number(v #>> '{}', p, s, attempt);
        WHEN 'boolean' THEN RETURN CASE WHEN v = 'true'::jsonb THEN 1 ELSE 0 END;
        ELSE
            IF NOT attempt THEN PERFORM sf_variant_cast_failed(v, 'FIXED'); END IF;
            RETURN NULL;
    END CASE;
END $$;

CREATE FUNCTION sf_variant_float(v jsonb, attempt boolean) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE jsonb_typeof(v)
        WHEN 'null' THEN RETURN NULL;
        WHEN 'number', 'string' THEN RETURN sf_to_double(v #>> '{}', attempt);
        WHEN 'boolean' THEN RETURN CASE WHEN v = 'true'::jsonb THEN 1 ELSE 0 END;
        ELSE
            IF NOT attempt THEN PERFORM sf_variant_cast_failed(v, 'REAL'); END IF;
            RETURN NULL;
    END CASE;
END $$;

CREATE FUNCTION sf_variant_boolean(v jsonb, attempt boolean) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE jsonb_typeof(v)
        WHEN 'null' THEN RETURN NULL;
        WHEN 'boolean' THEN RETURN v = 'true'::jsonb;
        WHEN 'number' THEN RETURN (v #>> '{}')::numeric <> 0;
        WHEN 'string' THEN RETURN sf_to_boolean(v #>> '{}', attempt);
        ELSE
            IF NOT attempt THEN PERFORM sf_variant_cast_failed(v, 'BOOLEAN'); END IF;
            RETURN NULL;
    END CASE;
END $$;

CREATE FUNCTION sf_variant_kind(v jsonb, kind text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF jsonb_typeof(v) = 'null' THEN RETURN NULL; END IF;
    IF jsonb_typeof(v) <> kind THEN PERFORM sf_variant_cast_failed(v, upper(kind)); END IF;
    RETURN v;
END $$;

CREATE FUNCTION sf_object(keys text[], vals jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(k, v), '{}') FROM unnest(keys, vals) AS u(k, v) WHERE k IS NOT NULL AND v IS NOT NULL
$$;

CREATE FUNCTION sf_array(vals jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(coalesce(v, 'null') ORDER BY n), '[]') FROM unnest(vals) WITH ORDINALITY AS u(v, n)
$$;

CREATE FUNCTION sf_typeof(v jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE jsonb_typeof(v)
        WHEN 'null' THEN 'NULL_VALUE' WHEN 'string' THEN 'VARCHAR' WHEN 'boolean' THEN 'BOOLEAN' WHEN 'object' THEN 'OBJECT' WHEN 'array' THEN 'ARRAY'
        WHEN 'number' THEN CASE WHEN scale((v #>> '{}')::numeric) = 0 THEN 'INTEGER' ELSE 'DECIMAL' END
    END
$$;

CREATE FUNCTION sf_duplicate_row() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SF090', MESSAGE = 'Duplicate row detected during DML action';
END $$;
