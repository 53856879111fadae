CREATE FUNCTION sf_fail(code text, message text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END $$;

CREATE FUNCTION sf_fit_text(t text, n int) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF char_length(t) > n THEN
        RAISE EXCEPTION USING ERRCODE = 'SF078', MESSAGE = format('String ''%s'' is too long and would be truncated', left(t, 200));
    END IF;
    RETURN t;
END $$;

CREATE FUNCTION sf_fit_binary(b bytea, n int) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF octet_length(b) > n THEN
        RAISE EXCEPTION USING ERRCODE = 'SF078', MESSAGE = 'Binary value is too long and would be truncated';
    END IF;
    RETURN b;
END $$;

CREATE FUNCTION sf_to_number(t text, p int, s int, attempt boolean) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE n numeric;
BEGIN
    IF t !~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$' THEN
        IF attempt THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING ERRCODE = 'SF038', MESSAGE = format('Numeric value ''%s'' is not recognized', left(t, 200));
    END IF;
    n := round(t::numeric, s);
    IF abs(n) >= power(10::numeric, p - s) THEN
        IF attempt THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING ERRCODE = 'SF039', MESSAGE = format('Numeric value ''%s'' is out of range', left(t, 200));
    END IF;
    RETURN n;
END $$;

CREATE FUNCTION sf_fit_number(n numeric, p int, s int, attempt boolean) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r numeric := round(n, s);
BEGIN
    IF abs(r) >= power(10::numeric, p - s) OR r = 'NaN' THEN
        IF attempt THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING ERRCODE = 'SF132',
            MESSAGE = format('Number out of representable range: type FIXED(%s,%s), value %s', p, s, n);
    END IF;
    RETURN r;
END $$;

CREATE FUNCTION sf_to_double(t text, attempt boolean) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF t ~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$' THEN RETURN t::float8; END IF;
    CASE lower(btrim(t))
        WHEN 'nan' THEN RETURN 'NaN';
        WHEN 'inf', 'infinity', '+inf' THEN RETURN 'Infinity';
        WHEN '-inf', '-infinity' THEN RETURN '-Infinity';
        ELSE
            IF attempt THEN RETURN NULL; END IF;
            RAISE EXCEPTION USING ERRCODE = 'SF038', MESSAGE = format('Numeric value ''%s'' is not recognized', left(t, 200));
    END CASE;
END $$;

CREATE FUNCTION sf_to_boolean(t text, attempt boolean) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE lower(btrim(t))
        WHEN 'true', 't', 'yes', 'y', 'on', '1' THEN RETURN true;
        WHEN 'false', 'f', 'no', 'n', 'off', '0' THEN RETURN false;
        ELSE
            IF attempt THEN RETURN NULL; END IF;
            RAISE EXCEPTION USING ERRCODE = 'SF037', MESSAGE = format('Boolean value ''%s'' is not recognized', left(t, 200));
    END CASE;
END $$;

CREATE FUNCTION sf_float_text(f float8) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE f WHEN 'Infinity' THEN 'inf' WHEN '-Infinity' THEN '-inf' ELSE f::text END
$$;

CREATE FUNCTION sf_float_to_number(f float8, p int, s int, attempt boolean) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF f IN ('NaN', 'Infinity', '-Infinity') THEN
        IF attempt THEN RETURN NULL; END IF;
        RAISE EXCEPTION USING ERRCODE = 'SF132',
            MESSAGE = format('Number out of representable range: type FIXED(%s,%s), value %s', p, s, sf_float_text(f));
    END IF;
    RETURN sf_fit_number(f::text::numeric, p, s, attempt);
END $$;

CREATE FUNCTION sf_to_binary(t text, encoding text, attempt boolean) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    CASE encoding
        WHEN 'HEX' THEN
            IF t ~ '^([0-9A-Fa-f]{2})*$' THEN RETURN decode(t, 'hex'); END IF;
        WHEN 'BASE64' THEN
            IF t ~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' THEN RETURN decode(t, 'base64'); END IF;
        ELSE
            RETURN convert_to(t, 'UTF8');
    END CASE;
    IF attempt THEN RETURN NULL; END IF;
    RAISE EXCEPTION USING ERRCODE = 'SF115', MESSAGE = format('The following string is not a legal %s-encoded value: ''%s''', lower(encoding), left(t, 200));
END $$;

CREATE FUNCTION sf_binary_text(b bytea, encoding text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF encoding = 'HEX' THEN RETURN upper(encode(b, 'hex')); END IF;
    IF encoding = 'BASE64' THEN RETURN translate(encode(b, 'base64'), E'\n', ''); END IF;
    RETURN convert_from(b, 'UTF8');
END $$;

CREATE FUNCTION sf_substr(t text, start int, len int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN t IS NULL OR start IS NULL OR len IS NULL THEN NULL
        WHEN len <= 0 OR start < -char_length(t) THEN ''
        WHEN start < 0 THEN substr(t, char_length(t) + start + 1, len)
        ELSE substr(t, greatest(start, 1), len)
    END
$$;

CREATE FUNCTION sf_split_part(t text, delimiter text, n int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT split_part(t, delimiter, CASE WHEN n = 0 THEN 1 ELSE n END)
$$;

CREATE FUNCTION sf_divide(a numeric, b numeric, s int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT round((a + round(0::numeric, s + 3)) / b, s)
$$;
