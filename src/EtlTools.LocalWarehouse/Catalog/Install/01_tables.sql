CREATE TABLE sf_version (version int NOT NULL);

CREATE TABLE sf_database (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(255) COLLATE "C" NOT NULL UNIQUE,
    created_on timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sf_schema (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    database_id bigint NOT NULL REFERENCES sf_database ON DELETE CASCADE,
    name varchar(255) COLLATE "C" NOT NULL,
    created_on timestamptz NOT NULL DEFAULT now(),
    UNIQUE (database_id, name)
);

-- session_pid: the backend that owns a temporary table; 0 for what everybody sees.
CREATE TABLE sf_relation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_id bigint NOT NULL REFERENCES sf_schema ON DELETE CASCADE,
    name varchar(255) COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('TABLE', 'VIEW')),
    transient boolean NOT NULL DEFAULT false,
    session_pid int NOT NULL DEFAULT 0,
    physical text COLLATE "C",
    view_text text,
    created_on timestamptz NOT NULL DEFAULT now(),
    UNIQUE (schema_id, name, session_pid)
);

CREATE TABLE sf_column (
    relation_id bigint NOT NULL REFERENCES sf_relation ON DELETE CASCADE,
    ordinal int NOT NULL,
    name varchar(255) COLLATE "C" NOT NULL,
    physical text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    type_precision int NOT NULL,
    type_scale int NOT NULL,
    type_length int NOT NULL,
    nullable boolean NOT NULL,
    default_text text,
    is_key boolean NOT NULL DEFAULT false,
    comment text,
    PRIMARY KEY (relation_id, physical),
    UNIQUE (relation_id, name)
);

-- An instant with the offset, in minutes, it was written with.
CREATE TYPE sf_timestamp_tz AS (at timestamptz, off smallint);

CREATE TYPE sf_parsed AS (ts timestamp, off smallint);
