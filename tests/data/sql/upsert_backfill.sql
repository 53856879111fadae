COPY pg_temp.etl_stage ("id", "计划", "updated at") FROM STDIN (FORMAT csv, ENCODING 'UTF8');

COPY "public"."orders" ("id", "计划", "updated at") FROM STDIN (FORMAT csv, ENCODING 'UTF8');

WITH written AS (INSERT INTO "public"."orders" AS t ("id", "计划", "updated at") OVERRIDING SYSTEM VALUE SELECT "id", "计划", "updated at" FROM pg_temp.etl_stage ON CONFLICT ("id") DO UPDATE SET "计划" = EXCLUDED."计划", "updated at" = EXCLUDED."updated at" WHERE ROW(t."计划", t."updated at")::record *<> ROW(EXCLUDED."计划", EXCLUDED."updated at")::record AND (t."updated at" IS NULL OR EXCLUDED."updated at" >= t."updated at") RETURNING (t.xmax = 0) AS inserted) SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

WITH written AS (INSERT INTO "public"."orders" AS t ("id", "计划", "updated at") OVERRIDING SYSTEM VALUE SELECT "id", "计划", "updated at" FROM pg_temp.etl_stage WHERE etl_n BETWEEN $1 AND $2 ON CONFLICT ("id") DO UPDATE SET "计划" = EXCLUDED."计划", "updated at" = EXCLUDED."updated at" WHERE ROW(t."计划", t."updated at")::record *<> ROW(EXCLUDED."计划", EXCLUDED."updated at")::record AND (t."updated at" IS NULL OR EXCLUDED."updated at" >= t."updated at") RETURNING (t.xmax = 0) AS inserted) SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written;

DELETE FROM pg_temp.etl_stage s USING pg_temp.etl_stage newer WHERE s."id" = newer."id" AND ((s."updated at" IS NULL AND newer."updated at" IS NOT NULL) OR s."updated at" < newer."updated at" OR (s."updated at" IS NOT DISTINCT FROM newer."updated at" AND s.etl_n < newer.etl_n));

SELECT count(*), count(*) FILTER (WHERE t.ctid IS NOT NULL AND NOT (ROW(t."计划", t."updated at")::record *<> ROW(s."计划", s."updated at")::record)), count(*) FILTER (WHERE t.ctid IS NOT NULL), count(*) FILTER (WHERE NOT (t.ctid IS NOT NULL AND NOT (ROW(t."计划", t."updated at")::record *<> ROW(s."计划", s."updated at")::record)) AND (t."updated at" > s."updated at" OR (s."updated at" IS NULL AND t."updated at" IS NOT NULL))) FROM (SELECT DISTINCT ON ("id") * FROM pg_temp.etl_stage ORDER BY "id", "updated at" DESC NULLS LAST, etl_n DESC) s LEFT JOIN "public"."orders" t ON s."id" = t."id";
