-- Reads a date or time by a pattern the translator made from a format; keys name what each group holds.
CREATE FUNCTION sf_parse_time(t text, pattern text, keys text, what text, attempt boolean)
RETURNS sf_parsed LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    m text[] := regexp_match(t, pattern, 'i');
    k text[] := string_to_array(keys, ',');
    y int := 1970; mo int := 1; d int := 1; h int := 0; mi int := 0; s int := 0;
    fraction text := ''; pm boolean; zone text; tzh int; tzm int := 0; off int; r sf_parsed;
BEGIN
    IF m IS NULL THEN
        IF attempt THEN RETURN NULL; END IF;
        PERFORM sf_not_recognized(t, what);
    END IF;
    FOR i IN 1 .. array_length(k, 1) LOOP
        CONTINUE WHEN m[i] IS NULL;
        CASE k[i]
            WHEN 'YYYY' THEN y := m[i]::int;
            WHEN 'YY' THEN y := m[i]::int + CASE WHEN m[i]::int < 70 THEN 2000 ELSE 1900 END;
            WHEN 'MM' THEN mo := m[i]::int;
            WHEN 'MON' THEN mo := (position(lower(left(m[i], 3)) IN 'janfebmaraprmayjunjulaugsepoctnovdec') + 2) / 3;
            WHEN 'DD' THEN d := m[i]::int;
            WHEN 'DY' THEN NULL;
            WHEN 'HH' THEN h := m[i]::int;
            WHEN 'HH12' THEN h := m[i]::int % 12; IF m[i]::int NOT BETWEEN 1 AND 12 THEN h := 99; END IF;
            WHEN 'AM' THEN pm := lower(m[i]) = 'pm';
            WHEN 'MI' THEN mi := m[i]::int;
            WHEN 'SS' THEN s := m[i]::int;
            WHEN 'FF' THEN fraction := m[i];
            WHEN 'TZH' THEN tzh := m[i]::int; zone := m[i];
            WHEN 'TZM' THEN tzm := m[i]::int;
            WHEN 'Z' THEN
                IF upper(m[i]) = 'Z' THEN tzh := 0; zone := '+';
                ELSE
                    zone := m[i];
                    tzh := (regexp_match(zone, '^[+-]\d{1,2}(?=$|:|\d\d$)'))[1]::int;
                    tzm := coalesce((regexp_match(zone, '^[+-]\d{1,2}:?(\d\d)$'))[1], '0')::int;
                END IF;
        END CASE;
    END LOOP;
    IF pm THEN h := h + 12; END IF;
    IF length(fraction) > 6 AND substr(fraction, 7) !~ '^0*$' THEN
        RAISE EXCEPTION USING ERRCODE = 'SF002',
            MESSAGE = format('Unsupported feature ''%s value %s is finer than microseconds''.', what, t);
    END IF;
    IF y NOT BETWEEN 1 AND 9999 OR mo NOT BETWEEN 1 AND 12 OR h > 23 OR mi > 59 OR s > 59 OR d < 1 OR abs(tzh) > 14 OR tzm > 59
       OR d > extract(day FROM (make_date(y, mo, 1) + interval '1 month' - interval '1 day')) THEN
        IF attempt THEN RETURN NULL; END IF;
        PERFORM sf_not_recognized(t, what);
    END IF;
    r.ts := make_date(y, mo, d) + make_time(h, mi, s) + (rpad(left(fraction, 6), 6, '0')::int * interval '1 microsecond');
    IF tzh IS NOT NULL THEN
        r.off := CASE WHEN zone LIKE '-%' THEN tzh * 60 - tzm ELSE tzh * 60 + tzm END;
    END IF;
    RETURN r;
END $$;

CREATE FUNCTION sf_not_recognized(t text, what text) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = CASE what WHEN 'Date' THEN 'SF040' WHEN 'Time' THEN 'SF108' ELSE 'SF035' END,
        MESSAGE = format('%s ''%s'' is not recognized', what, left(t, 200));
END $$;

CREATE FUNCTION sf_epoch(n numeric, scale int) RETURNS timestamp LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE micros numeric := n * power(10::numeric, 6 - scale); r timestamp;
BEGIN
    IF micros <> trunc(micros) THEN
        RAISE EXCEPTION USING ERRCODE = 'SF002', MESSAGE = format('Unsupported feature ''Timestamp value %s is finer than microseconds''.', n);
    END IF;
    IF micros < -62135596800000000 OR micros > 253402300799999999 THEN
        PERFORM sf_not_recognized(n::text, 'Timestamp');
    END IF;
    r := timestamp '1970-01-01' + floor(micros / 1000000)::float8 * interval '1 second'
         + (micros - floor(micros / 1000000) * 1000000)::float8 * interval '1 microsecond';
    RETURN r;
END $$;

-- Without a format, digits alone are an epoch whose size tells its unit.
CREATE FUNCTION sf_parse_auto(t text, pattern text, keys text, what text, attempt boolean)
RETURNS sf_parsed LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r sf_parsed; n numeric;
BEGIN
    IF what <> 'Time' AND t ~ '^-?\d{1,19}$' THEN
        n := abs(t::numeric);
        r.ts := sf_epoch(t::numeric, CASE WHEN n < 31536000000 THEN 0 WHEN n < 31536000000000 THEN 3 WHEN n < 31536000000000000 THEN 6 ELSE 9 END);
        RETURN r;
    END IF;
    RETURN sf_parse_time(t, pattern, keys, what, attempt);
END $$;

CREATE FUNCTION sf_as_ltz(p sf_parsed) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN (p).ts IS NULL THEN NULL
        WHEN (p).off IS NULL THEN (p).ts::timestamptz
        ELSE ((p).ts - (p).off * interval '1 minute') AT TIME ZONE 'UTC' END
$$;

CREATE FUNCTION sf_ltz_as_tz(x timestamptz) RETURNS sf_timestamp_tz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN x IS NOT NULL THEN ROW(x, (extract(epoch FROM x::timestamp - (x AT TIME ZONE 'UTC')) / 60)::smallint)::sf_timestamp_tz END
$$;

CREATE FUNCTION sf_as_tz(p sf_parsed) RETURNS sf_timestamp_tz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN (p).ts IS NULL THEN NULL
        WHEN (p).off IS NULL THEN sf_ltz_as_tz((p).ts::timestamptz)
        ELSE ROW(((p).ts - (p).off * interval '1 minute') AT TIME ZONE 'UTC', (p).off)::sf_timestamp_tz END
$$;

CREATE FUNCTION sf_tz(at timestamptz, off int) RETURNS sf_timestamp_tz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN at IS NOT NULL THEN ROW(at, off::smallint)::sf_timestamp_tz END
$$;

-- The wall clock a TIMESTAMP_TZ shows.
CREATE FUNCTION sf_tz_wall(x sf_timestamp_tz) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$
    SELECT ((x).at AT TIME ZONE 'UTC') + (x).off * interval '1 minute'
$$;

CREATE FUNCTION sf_tz_from_wall(w timestamp, off int) RETURNS sf_timestamp_tz LANGUAGE sql IMMUTABLE AS $$
    SELECT sf_tz((w - off * interval '1 minute') AT TIME ZONE 'UTC', off)
$$;

CREATE FUNCTION sf_zone(x timestamptz, zone text) RETURNS sf_timestamp_tz LANGUAGE sql STABLE AS $$
    SELECT sf_tz(x, (extract(epoch FROM (x AT TIME ZONE zone) - (x AT TIME ZONE 'UTC')) / 60)::int)
$$;

CREATE FUNCTION sf_tz_offset(off int, style text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE style
        WHEN 'TZH' THEN CASE WHEN off < 0 THEN '-' ELSE '+' END || lpad((abs(off) / 60)::text, 2, '0')
        ELSE lpad((abs(off) % 60)::text, 2, '0') END
$$;

CREATE FUNCTION sf_tz_max(a sf_timestamp_tz, b sf_timestamp_tz) RETURNS sf_timestamp_tz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN (a).at IS NULL OR (b).at > (a).at THEN b ELSE a END
$$;

CREATE FUNCTION sf_tz_min(a sf_timestamp_tz, b sf_timestamp_tz) RETURNS sf_timestamp_tz LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN (a).at IS NULL OR (b).at < (a).at THEN b ELSE a END
$$;

CREATE AGGREGATE sf_max(sf_timestamp_tz) (SFUNC = sf_tz_max, STYPE = sf_timestamp_tz);
CREATE AGGREGATE sf_min(sf_timestamp_tz) (SFUNC = sf_tz_min, STYPE = sf_timestamp_tz);

CREATE FUNCTION sf_interval(n numeric, unit text) RETURNS interval LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    n := round(n);
    IF unit = 'nanosecond' THEN
        IF n % 1000 <> 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'SF002', MESSAGE = format('Unsupported feature ''DATEADD of %s nanoseconds: finer than microseconds''.', n);
        END IF;
        RETURN (n / 1000)::float8 * interval '1 microsecond';
    END IF;
    IF unit = 'quarter' THEN RETURN (n * 3)::float8 * interval '1 month'; END IF;
    RETURN n::float8 * ('1 ' || unit)::interval;
END $$;

CREATE FUNCTION sf_datediff(unit text, a timestamp, b timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE unit
        WHEN 'year' THEN extract(year FROM b) - extract(year FROM a)
        WHEN 'quarter' THEN (extract(year FROM b) - extract(year FROM a)) * 4 + extract(quarter FROM b) - extract(quarter FROM a)
        WHEN 'month' THEN (extract(year FROM b) - extract(year FROM a)) * 12 + extract(month FROM b) - extract(month FROM a)
        WHEN 'week' THEN ((date_trunc('week', b)::date - date_trunc('week', a)::date) / 7)::numeric
        WHEN 'day' THEN (b::date - a::date)::numeric
        WHEN 'hour' THEN trunc(extract(epoch FROM date_trunc('hour', b) - date_trunc('hour', a)) / 3600)
        WHEN 'minute' THEN trunc(extract(epoch FROM date_trunc('minute', b) - date_trunc('minute', a)) / 60)
        WHEN 'second' THEN extract(epoch FROM date_trunc('second', b) - date_trunc('second', a))
        WHEN 'millisecond' THEN extract(epoch FROM date_trunc('milliseconds', b) - date_trunc('milliseconds', a)) * 1000
        WHEN 'microsecond' THEN extract(epoch FROM b - a) * 1000000
        WHEN 'nanosecond' THEN extract(epoch FROM b - a) * 1000000000
    END
$$;
