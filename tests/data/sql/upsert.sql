CREATE TEMPORARY TABLE pg_temp.etl_stage ON COMMIT DELETE ROWS AS SELECT NULL::bigint AS etl_n, "id", "v" FROM "public"."orders" WITH NO DATA;

CREATE TEMPORARY TABLE pg_temp.etl_stage ON COMMIT PRESERVE ROWS AS SELECT NULL::bigint AS etl_n_, "id", "etl_n" FROM "public"."orders" WITH NO DATA;

CREATE TABLE etl."full_1" AS SELECT NULL::bigint AS etl_n, "id", "v" FROM "public"."orders" WITH NO DATA;

COPY pg_temp.etl_stage (etl_n, "id", "v ""x""", "计划") FROM STDIN;

COPY "public"."orders" ("id", "v ""x""", "计划") FROM STDIN;

SELECT EXISTS (SELECT 1 FROM "public"."orders");

WITH written AS (INSERT INTO "public"."orders" AS t ("id", "v ""x""", "计划") OVERRIDING SYSTEM VALUE SELECT "id", "v ""x""", "计划" FROM pg_temp.etl_stage WHERE etl_n BETWEEN $1 AND $2 ON CONFLICT ("id") DO UPDATE SET "v ""x""" = EXCLUDED."v ""x""", "计划" = EXCLUDED."计划" WHERE ROW(t."v ""x""", t."计划")::record *<> ROW(EXCLUDED."v ""x""", EXCLUDED."计划")::record RETURNING (t.xmax = 0) AS inserted) SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

DELETE FROM pg_temp.etl_stage s USING pg_temp.etl_stage newer WHERE s."id" = newer."id" AND s.etl_n < newer.etl_n;

SELECT count(*), count(*) FILTER (WHERE t.ctid IS NOT NULL AND NOT (ROW(t."v ""x""", t."计划")::record *<> ROW(s."v ""x""", s."计划")::record)), count(*) FILTER (WHERE t.ctid IS NOT NULL) FROM (SELECT DISTINCT ON ("id") * FROM pg_temp.etl_stage ORDER BY "id", etl_n DESC) s LEFT JOIN "public"."orders" t ON s."id" = t."id";

SELECT count(*) FROM pg_temp.etl_stage WHERE etl_n BETWEEN $1 AND $2;

SELECT "id"::text, "v ""x"""::text, "计划"::text FROM pg_temp.etl_stage WHERE etl_n = $1;

CREATE INDEX ON pg_temp.etl_stage (etl_n); ANALYZE pg_temp.etl_stage;

SELECT count(*) FROM "public"."orders" t WHERE NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage s WHERE s."id" = t."id");

DELETE FROM pg_temp.etl_stage WHERE etl_n =;

DELETE FROM "public"."orders" t WHERE NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage s WHERE s."id" = t."id");

SELECT s.etl_n FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") ORDER BY 1;

SELECT s.etl_n FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") AND NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage p WHERE p."id" = s."计划") ORDER BY 1;

SELECT s.etl_n FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") AND NOT EXISTS (SELECT 1 FROM pg_temp.etl_overlay_1 p WHERE p."id" = s."计划") ORDER BY 1;

INSERT INTO "public"."Plans" ("id") SELECT DISTINCT s."计划" FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL ON CONFLICT DO NOTHING;
