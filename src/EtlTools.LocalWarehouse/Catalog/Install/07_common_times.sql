-- Nearly all timestamps read by detection are written one way, and need no pattern with groups: a day every month has, and UTC or no zone.
CREATE OR REPLACE FUNCTION sf_parse_auto(t text, pattern text, keys text, what text, attempt boolean)
RETURNS sf_parsed LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE r sf_parsed; n numeric;
BEGIN
    IF t ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?( ?\+00:00)?$' AND what = 'Timestamp' THEN
        r.ts := t::timestamp;
        IF right(t, 6) = '+00:00' THEN r.off := 0; END IF;
        RETURN r;
    END IF;
    IF what <> 'Time' AND t ~ '^-?\d{1,19}$' THEN
        n := abs(t::numeric);
        r.ts := sf_epoch(t::numeric, CASE WHEN n < 31536000000 THEN 0 WHEN n < 31536000000000 THEN 3 WHEN n < 31536000000000000 THEN 6 ELSE 9 END);
        RETURN r;
    END IF;
    RETURN sf_parse_time(t, pattern, keys, what, attempt);
END $$;

-- Not in SQL: PostgreSQL would put the text of the argument, a call that costs, into each of its places.
CREATE OR REPLACE FUNCTION sf_as_ltz(p sf_parsed) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE WHEN p.ts IS NULL THEN NULL
        WHEN p.off IS NULL THEN p.ts::timestamptz
        ELSE (p.ts - p.off * interval '1 minute') AT TIME ZONE 'UTC' END;
END $$;

CREATE OR REPLACE FUNCTION sf_as_tz(p sf_parsed) RETURNS sf_timestamp_tz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE WHEN p.ts IS NULL THEN NULL
        WHEN p.off IS NULL THEN sf_ltz_as_tz(p.ts::timestamptz)
        ELSE ROW((p.ts - p.off * interval '1 minute') AT TIME ZONE 'UTC', p.off)::sf_timestamp_tz END;
END $$;
