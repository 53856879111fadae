CREATE TEMPORARY TABLE pg_temp.etl_stage ON COMMIT DELETE ROWS AS SELECT NULL::bigint AS etl_n, "id", "v" FROM "public"."orders" WITH NO DATA;

CREATE TEMPORARY TABLE pg_temp.etl_stage ON COMMIT PRESERVE ROWS AS SELECT NULL::bigint AS etl_n_, "id", "etl_n" FROM "public"."orders" WITH NO DATA;

CREATE TABLE etl."full_1" AS SELECT NULL::bigint AS etl_n, "id", "v" FROM "public"."orders" WITH NO DATA;

COPY pg_temp.etl_stage (etl_n_, "a", "计划", "etl_n") FROM STDIN;

COPY "public"."pairs" ("a", "计划", "etl_n") FROM STDIN;

SELECT EXISTS (SELECT 1 FROM "public"."pairs");

WITH written AS (INSERT INTO "public"."pairs" AS t ("a", "计划", "etl_n") OVERRIDING SYSTEM VALUE SELECT "a", "计划", "etl_n" FROM pg_temp.etl_stage WHERE etl_n_ BETWEEN $1 AND $2 ON CONFLICT ("a", "计划", "etl_n") DO NOTHING RETURNING (t.xmax = 0) AS inserted) SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

DELETE FROM pg_temp.etl_stage s USING pg_temp.etl_stage newer WHERE s."a" = newer."a" AND s."计划" = newer."计划" AND s."etl_n" = newer."etl_n" AND s.etl_n_ < newer.etl_n_;

SELECT count(*), count(*) FILTER (WHERE t.ctid IS NOT NULL), count(*) FILTER (WHERE t.ctid IS NOT NULL) FROM (SELECT DISTINCT ON ("a", "计划", "etl_n") * FROM pg_temp.etl_stage ORDER BY "a", "计划", "etl_n", etl_n_ DESC) s LEFT JOIN "public"."pairs" t ON s."a" = t."a" AND s."计划" = t."计划" AND s."etl_n" = t."etl_n";

SELECT count(*) FROM pg_temp.etl_stage WHERE etl_n_ BETWEEN $1 AND $2;

SELECT "a"::text, "计划"::text, "etl_n"::text FROM pg_temp.etl_stage WHERE etl_n_ = $1;

CREATE INDEX ON pg_temp.etl_stage (etl_n_); ANALYZE pg_temp.etl_stage;

SELECT count(*) FROM "public"."pairs" t WHERE NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage s WHERE s."a" = t."a" AND s."计划" = t."计划" AND s."etl_n" = t."etl_n");

DELETE FROM pg_temp.etl_stage WHERE etl_n_ =;

DELETE FROM "public"."pairs" t WHERE NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage s WHERE s."a" = t."a" AND s."计划" = t."计划" AND s."etl_n" = t."etl_n");

SELECT s.etl_n_ FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") ORDER BY 1;

SELECT s.etl_n_ FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") AND NOT EXISTS (SELECT 1 FROM pg_temp.etl_stage p WHERE p."id" = s."计划") ORDER BY 1;

SELECT s.etl_n_ FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "public"."Plans" p WHERE p."id" = s."计划") AND NOT EXISTS (SELECT 1 FROM pg_temp.etl_overlay_1 p WHERE p."id" = s."计划") ORDER BY 1;

INSERT INTO "public"."Plans" ("id") SELECT DISTINCT s."计划" FROM pg_temp.etl_stage s WHERE s."计划" IS NOT NULL ON CONFLICT DO NOTHING;
