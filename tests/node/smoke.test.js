'use strict';
// Snowflake's own Node driver against the endpoint. SNOWFLAKE_* name it, as 'etl sandbox start' writes them into its .env.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const snowflake = require('snowflake-sdk');

snowflake.configure({ logLevel: 'ERROR', logFilePath: path.join(os.tmpdir(), 'etl-node-driver.log'), additionalLogToConsole: false });

const settings = {
  account: process.env.SNOWFLAKE_ACCOUNT,
  username: process.env.SNOWFLAKE_USER,
  password: process.env.SNOWFLAKE_PASSWORD,
  accessUrl: process.env.SNOWFLAKE_HOST,
  database: process.env.SNOWFLAKE_DATABASE,
  schema: process.env.SNOWFLAKE_SCHEMA ?? 'PUBLIC',
  // Otherwise the driver makes the text 'NULL' of a NULL time.
  representNullAsStringNull: false,
};

let connection;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'etl-node-'));

function connect(changes = {}) {
  const made = snowflake.createConnection({ ...settings, ...changes });
  return new Promise((done, fail) => made.connect((error) => (error ? fail(error) : done(made))));
}

function run(sqlText, binds, more = {}) {
  return new Promise((done, fail) =>
    connection.execute({
      sqlText, binds, ...more,
      complete: (error, statement, rows) => (error ? fail(error) : done({ statement, rows })),
    }));
}

before(async () => {
  connection = await connect();
  await run('CREATE OR REPLACE SCHEMA NODE');
  await run("ALTER SESSION SET TIMEZONE = 'UTC'");
});

after(async () => {
  await run('DROP SCHEMA NODE');
  await new Promise((done) => connection.destroy(done));
  fs.rmSync(folder, { recursive: true });
});

test('a wrong password is refused', async () => {
  await assert.rejects(connect({ password: 'wrong' }), (error) => error.code === '390100');
});

test('all types', async () => {
  await run(`CREATE TABLE ALL_TYPES (N NUMBER(38,0), D NUMBER(10,2), F FLOAT, S VARCHAR, B BOOLEAN, DT DATE, T TIME,
    NTZ TIMESTAMP_NTZ, LTZ TIMESTAMP_LTZ, TZ TIMESTAMP_TZ, BIN BINARY, V VARIANT, O OBJECT, A ARRAY)`);
  await run(`INSERT INTO ALL_TYPES SELECT 9007199254740991, -45.67, 1.5, 'it''s 中😀', TRUE, '1969-12-31', '12:34:56.123456',
    '1969-12-31 23:59:58.5', '2024-01-02 03:04:05.123 +0000', '2024-01-02 03:04:05.123 +0530', TO_BINARY('DEADBEEF', 'HEX'),
    PARSE_JSON('{"a":[1,null,"中"]}'), PARSE_JSON('{"k":1}')::OBJECT, PARSE_JSON('[1,"x"]')::ARRAY`);
  const { rows: [row] } = await run('SELECT * FROM ALL_TYPES');
  assert.equal(row.N, 9007199254740991);
  assert.equal(row.D, -45.67);
  assert.equal(row.F, 1.5);
  assert.equal(row.S, "it's 中😀");
  assert.equal(row.B, true);
  assert.equal(row.DT.getTime(), -86400000);
  assert.equal(row.T, '12:34:56');
  assert.equal(row.NTZ.getTime(), -1500);
  assert.equal(row.LTZ.getTime(), Date.UTC(2024, 0, 2, 3, 4, 5, 123));
  assert.equal(row.TZ.getTime(), Date.UTC(2024, 0, 1, 21, 34, 5, 123));
  assert.deepEqual(Buffer.from(row.BIN), Buffer.from('DEADBEEF', 'hex'));
  assert.deepEqual(row.V, { a: [1, null, '中'] });
  assert.deepEqual(row.O, { k: 1 });
  assert.deepEqual(row.A, [1, 'x']);
  await run('INSERT INTO ALL_TYPES (N) VALUES (NULL)');
  const { rows: nulls } = await run('SELECT * FROM ALL_TYPES WHERE N IS NULL');
  assert.deepEqual(Object.entries(nulls[0]).filter(([, value]) => value !== null), []);
});

test('bindings, one row and many', async () => {
  await run('CREATE TABLE BOUND (A NUMBER(9,0), B VARCHAR, C BOOLEAN, D FLOAT)');
  await run('INSERT INTO BOUND VALUES (?, ?, ?, ?)', [1, "x'y", true, 0.5]);
  const many = await run('INSERT INTO BOUND VALUES (?, ?, ?, ?)', [[2, 'b', false, 1.5], [3, null, true, 2.5]]);
  assert.equal(many.statement.getNumUpdatedRows(), 2);
  const { rows } = await run('SELECT * FROM BOUND WHERE A > :1 - 1 ORDER BY A', [1]);
  assert.deepEqual(rows, [
    { A: 1, B: "x'y", C: true, D: 0.5 }, { A: 2, B: 'b', C: false, D: 1.5 }, { A: 3, B: null, C: true, D: 2.5 },
  ]);
});

test('a result in chunks', async () => {
  await run('CREATE TABLE MANY (ID NUMBER(9,0), S VARCHAR)');
  await run("INSERT INTO MANY VALUES (0, 'a text that is long enough 中')");
  for (let i = 1; i < 131072; i *= 2) await run(`INSERT INTO MANY SELECT ID + ${i}, S FROM MANY`);
  const { statement } = await run('SELECT * FROM MANY ORDER BY ID', undefined, { streamResult: true });
  let count = 0;
  for await (const row of statement.streamRows()) {
    assert.equal(row.ID, count++);
    assert.equal(row.S, 'a text that is long enough 中');
  }
  assert.equal(count, 131072);
});

test('errors have code, SQLSTATE and query id', async () => {
  await assert.rejects(run('SELECT * FROM NOPE'), (error) =>
    error.code === '002003' && error.sqlState === '02000' && /^[0-9a-f-]{36}$/.test(error.data.queryId));
  await assert.rejects(run('SELEC 1'), (error) => error.code === '001003');
  const { rows } = await run('SELECT 1 AS ONE');
  assert.deepEqual(rows, [{ ONE: 1 }]);
});

test('PUT, LIST, COPY, MERGE and GET', async () => {
  const file = path.join(folder, 'rows.csv');
  fs.writeFileSync(file, '1,one\n2,"zwei, 中"\n');
  await run('CREATE STAGE FILES');
  const put = await run(`PUT file://${file} @FILES/in`);
  assert.equal(put.rows[0].status, 'UPLOADED');
  const list = await run('LIST @FILES');
  assert.deepEqual(list.rows.map((row) => row.name), ['files/in/rows.csv.gz']);
  await run('CREATE TABLE LOADED (A NUMBER(9,0), B VARCHAR)');
  const copy = await run("COPY INTO LOADED FROM @FILES/in FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"')");
  assert.equal(copy.rows[0].rows_loaded, 2);
  const merge = await run(`MERGE INTO LOADED t USING (SELECT 2 AS A, 'two' AS B UNION ALL SELECT 3, 'three') s ON t.A = s.A
    WHEN MATCHED THEN UPDATE SET B = s.B WHEN NOT MATCHED THEN INSERT VALUES (s.A, s.B)`);
  assert.equal(merge.statement.getNumUpdatedRows(), 2);
  const { rows } = await run('SELECT * FROM LOADED ORDER BY A');
  assert.deepEqual(rows, [{ A: 1, B: 'one' }, { A: 2, B: 'two' }, { A: 3, B: 'three' }]);
  const back = path.join(folder, 'back');
  fs.mkdirSync(back);
  const get = await run(`GET @FILES file://${back}/`);
  assert.equal(get.rows[0].status, 'DOWNLOADED');
  assert.equal(require('node:zlib').gunzipSync(fs.readFileSync(path.join(back, 'rows.csv.gz'))).toString(), '1,one\n2,"zwei, 中"\n');
});

test('a transaction is undone', async () => {
  await run('CREATE TABLE UNDONE (A NUMBER(9,0))');
  await run('BEGIN');
  await run('INSERT INTO UNDONE VALUES (1)');
  await run('ROLLBACK');
  assert.deepEqual((await run('SELECT COUNT(*) AS N FROM UNDONE')).rows, [{ N: 0 }]);
});

test('a query is described and not run', async () => {
  const { statement, rows } = await run('SELECT 1::NUMBER(9,2) / 0 AS N, \'x\' AS S', undefined, { describeOnly: true });
  assert.deepEqual(statement.getColumns().map((column) => [column.getName(), column.getType()]), [['N', 'fixed'], ['S', 'text']]);
  assert.deepEqual(rows ?? [], []);
  await assert.rejects(run('SELECT * FROM NOPE', undefined, { describeOnly: true }), (error) => error.code === '002003');
});

test('several statements have a result each', async () => {
  const results = await new Promise((done, fail) => {
    const seen = [];
    connection.execute({
      sqlText: "SELECT 1 AS A; SELECT 'two;' AS A; SELECT 3 AS A", parameters: { MULTI_STATEMENT_COUNT: 3 },
      complete: (error, statement, rows) => {
        if (error) return fail(error);
        seen.push(rows[0].A);
        return statement.hasNext() ? statement.NextResult() : done(seen);
      },
    });
  });
  assert.deepEqual(results, [1, 'two;', 3]);
});

test('an asynchronous statement is asked after and fetched later', async () => {
  await run('CREATE TABLE LATER AS SELECT 7 AS A');
  const { statement } = await run('SELECT A FROM LATER', undefined, { asyncExec: true });
  const queryId = statement.getQueryId();
  const fetched = await connection.getResultsFromQueryId({ queryId, complete: () => {} });
  const rows = [];
  for await (const row of fetched.streamRows()) rows.push(row);
  assert.deepEqual(rows, [{ A: 7 }]);
  assert.equal(await connection.getQueryStatus(queryId), 'SUCCESS');
});

test('a person signs in by a browser', async () => {
  const opened = [];
  const made = snowflake.createConnection({
    ...settings, password: undefined, authenticator: 'EXTERNALBROWSER', clientStoreTemporaryCredential: false, disableConsoleLogin: false,
    openExternalBrowserCallback: async (url) => {
      opened.push(url);
      // The driver means https and port 443 of the host, whatever accessUrl says.
      const shown = await (await fetch(new URL(new URL(url).pathname + new URL(url).search, settings.accessUrl))).text();
      const form = new URL(shown.match(/<form method="post" action="([^"]+)"/)[1], settings.accessUrl);
      await fetch(form, { method: 'POST', body: new URLSearchParams({ user: settings.username, password: settings.password }) });
    },
  });
  await new Promise((done, fail) => made.connectAsync((error) => (error ? fail(error) : done())));
  const user = await new Promise((done, fail) => made.execute({
    sqlText: 'SELECT CURRENT_USER() AS U', complete: (error, statement, rows) => (error ? fail(error) : done(rows[0].U)),
  }));
  assert.equal(user, settings.username.toUpperCase());
  assert.equal(opened.length, 1);
  await new Promise((done) => made.destroy(done));
});

test('a statement is cancelled', async () => {
  await run('CREATE TABLE WIDE (A NUMBER(9,0))');
  await run('INSERT INTO WIDE VALUES (0)');
  for (let i = 1; i < 2048; i *= 2) await run(`INSERT INTO WIDE SELECT A + ${i} FROM WIDE`);
  const failure = await new Promise((done) => {
    const statement = connection.execute({
      sqlText: 'SELECT COUNT(*) FROM WIDE A, WIDE B, WIDE C, WIDE D',
      complete: (error) => done(error),
    });
    setTimeout(() => statement.cancel(() => {}), 1000);
  });
  assert.equal(failure.code, '000604');
  assert.deepEqual((await run('SELECT 1 AS ONE')).rows, [{ ONE: 1 }]);
});
