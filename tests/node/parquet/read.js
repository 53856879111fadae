// Prints what DuckDB finds in a Parquet file, as JSON: the types of its columns, all rows as text, and the statistics of its footer.
//   node read.js FILE
const { DuckDBInstance } = require('@duckdb/node-api');

async function main(file) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const table = `read_parquet('${file.replaceAll("'", "''")}', file_row_number = true)`;
  const all = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  const columns = (await all(`DESCRIBE SELECT * EXCLUDE (file_row_number) FROM ${table}`)).map(([name, type]) => ({ name, type }));
  const quote = (name) => `"${name.replaceAll('"', '""')}"`;
  const texts = columns.map(({ name, type }) => (type === 'BLOB' ? `hex(${quote(name)})` : `${quote(name)}::VARCHAR`));
  const metadata = `parquet_metadata('${file.replaceAll("'", "''")}')`;
  console.log(JSON.stringify({
    columns,
    rows: await all(`SELECT ${texts.join(', ')} FROM ${table} ORDER BY file_row_number`),
    chunks: await all(`SELECT path_in_schema, compression, stats_null_count::VARCHAR, stats_min_value, stats_max_value FROM ${metadata} ORDER BY row_group_id, column_id`),
  }));
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
