-- Repeatable: runs again whenever this set is applied, since the extension may be installed at any time.
DO $$
DECLARE
    vector_schema text;
BEGIN
    IF to_regclass('public.semantic_embeddings') IS NOT NULL THEN
        RETURN;
    END IF;

    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
        RAISE NOTICE 'Table semantic_embeddings was not created: extension "vector" (pgvector) is not available on this server. Install it there, then run: etl migrate --with medical';
        RETURN;
    END IF;

    BEGIN
        CREATE EXTENSION IF NOT EXISTS vector;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'Table semantic_embeddings was not created: this user may not create extension "vector". Let an administrator run CREATE EXTENSION vector, then run: etl migrate --with medical';
        RETURN;
    END;

    SELECT n.nspname INTO vector_schema
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'vector';

    EXECUTE format(
        'CREATE TABLE public.semantic_embeddings (
            notification_id text PRIMARY KEY REFERENCES public.notification_text (notification_id),
            source_text_ai  text NOT NULL,
            embedding       %1$I.vector(1536) NOT NULL,
            created_at      timestamptz NOT NULL DEFAULT now(),
            updated_at      timestamptz NOT NULL DEFAULT now()
        )', vector_schema);
    EXECUTE format(
        'CREATE INDEX semantic_embeddings_hnsw ON public.semantic_embeddings USING hnsw (embedding %1$I.vector_cosine_ops)', vector_schema);
    COMMENT ON TABLE public.semantic_embeddings IS 'Embedding of each work order''s scrubbed text, for similarity search.';
END
$$;
