-- Tells the files of this warehouse from those of another in the same folder.
CREATE TABLE sf_identity (id uuid NOT NULL DEFAULT gen_random_uuid());

INSERT INTO sf_identity DEFAULT VALUES;

-- Options are kept as they were written.
CREATE TABLE sf_stage (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_id bigint NOT NULL REFERENCES sf_schema ON DELETE CASCADE,
    name varchar(255) COLLATE "C" NOT NULL,
    session_pid int NOT NULL DEFAULT 0,
    options text NOT NULL,
    comment text NOT NULL,
    created_on timestamptz NOT NULL DEFAULT now(),
    UNIQUE (schema_id, name, session_pid)
);

CREATE TABLE sf_file_format (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_id bigint NOT NULL REFERENCES sf_schema ON DELETE CASCADE,
    name varchar(255) COLLATE "C" NOT NULL,
    session_pid int NOT NULL DEFAULT 0,
    type text NOT NULL,
    options text NOT NULL,
    comment text NOT NULL,
    created_on timestamptz NOT NULL DEFAULT now(),
    UNIQUE (schema_id, name, session_pid)
);

-- The files a table has taken; a file is known again by stage, path, size and time of change.
CREATE TABLE sf_load (
    relation_id bigint NOT NULL REFERENCES sf_relation ON DELETE CASCADE,
    stage text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    file text NOT NULL,
    size bigint NOT NULL,
    modified timestamptz NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    status text NOT NULL,
    rows_parsed bigint NOT NULL,
    rows_loaded bigint NOT NULL,
    errors bigint NOT NULL,
    error_limit bigint NOT NULL,
    first_error text,
    first_error_line bigint,
    first_error_character bigint,
    first_error_column text,
    PRIMARY KEY (relation_id, stage, path)
);

-- What VALIDATE shows: the rows a COPY refused.
CREATE TABLE sf_load_error (
    relation_id bigint NOT NULL REFERENCES sf_relation ON DELETE CASCADE,
    query_id text COLLATE "C" NOT NULL,
    session_pid int NOT NULL,
    ordinal bigint NOT NULL,
    error text NOT NULL,
    file text NOT NULL,
    line bigint,
    "character" bigint,
    byte_offset bigint,
    category text NOT NULL,
    code int NOT NULL,
    sql_state text NOT NULL,
    column_name text,
    row_number bigint,
    row_start_line bigint,
    rejected_record text,
    PRIMARY KEY (relation_id, query_id, ordinal)
);
