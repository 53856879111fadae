SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
       least((SELECT min(xact_start) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type IN ('client backend', 'background worker', 'parallel worker', 'logical replication worker')),
             (SELECT min(prepared) FROM pg_prepared_xacts WHERE database = current_database()))::text,
       clock_timestamp()::text;

SELECT (max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL))::text, ((max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL) - 2.5))::text, count(*) FILTER (WHERE "updated ""at""" IS NOT NULL), (max("updated ""at"""))::text, 0::bigint, count(*) FILTER (WHERE "updated ""at""" IS NULL), ((max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL) - min("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL))::numeric)::text FROM "public"."规模 明细";

SELECT (greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric))::text, ((greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric) - 2.5))::text, count(*) FILTER (WHERE "updated ""at""" IS NOT NULL), (max("updated ""at"""))::text, 0::bigint, count(*) FILTER (WHERE "updated ""at""" IS NULL), ((greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric) - min("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL))::numeric)::text FROM "public"."规模 明细" WHERE "updated ""at""" >= ('1'::numeric - 2.5) OR "updated ""at""" IS NULL;

SELECT (greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric))::text, (greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric))::text, count(*) FILTER (WHERE "updated ""at""" IS NOT NULL), (max("updated ""at"""))::text, 0::bigint, count(*) FILTER (WHERE "updated ""at""" IS NULL), ((greatest(max("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL), '1'::numeric) - min("updated ""at""") FILTER (WHERE "updated ""at""" IS NOT NULL))::numeric)::text FROM "public"."规模 明细" WHERE "updated ""at""" > '1'::numeric OR "updated ""at""" IS NULL;

SELECT (max("updated ""at"""))::text, count(*) FROM "public"."规模 明细" WHERE "updated ""at""" <= 'it''s'::numeric GROUP BY floor("updated ""at""" / 31536::numeric) ORDER BY max("updated ""at""");

SELECT (max("updated ""at"""))::text, count(*) FROM "public"."规模 明细" WHERE "updated ""at""" > '1'::numeric AND "updated ""at""" <= '2'::numeric GROUP BY floor("updated ""at""" / 50::numeric) ORDER BY max("updated ""at""");

SELECT count(*) FROM "public"."规模 明细" WHERE "updated ""at""" >= '1'::numeric;
