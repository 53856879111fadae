using EtlTools.Core.Errors;
using EtlTools.Core.Postgres;
using EtlTools.Core.Resilience;

namespace EtlTools.Core.Discover;

/// <summary>Looks at the tables of a PostgreSQL schema and says how they could be moved to Snowflake. Reads the catalog only, and writes nothing.</summary>
public sealed class SchemaDiscovery(EtlServices services)
{
    /// <summary>Looks.</summary>
    /// <exception cref="ConfigurationException">There is no such schema or table, or no place at Snowflake is given.</exception>
    /// <exception cref="ConnectionException">PostgreSQL refused the sign-in.</exception>
    public async Task<Discovery> RunAsync(DiscoverOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var target = TargetSchema.Of(options.TargetSchema, services.Settings.Snowflake);
        var prefix = Prefix(options.Prefix);
        var facts = await services.Resilience.For(ResiliencePipelines.Postgres).ExecuteAsync(
            async token => await ReadAsync(options, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new Discovery(options.Schema, [.. facts.Select(f => Describe(f, target, prefix))]);
    }

    /// <summary>What could be looked at: the schemas that have tables, or the tables and views of one.</summary>
    /// <param name="schema">A schema's exact name; null asks for the schemas.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<string>> NamesAsync(string? schema, CancellationToken cancellationToken)
    {
        var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var catalog = new DiscoveryCatalog(connection);
        return schema is null
            ? await catalog.SchemasAsync(cancellationToken).ConfigureAwait(false)
            : await catalog.TablesAsync(schema, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<TableFacts>> ReadAsync(DiscoverOptions options, CancellationToken cancellationToken)
    {
        var connection = await services.Postgres.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        return await new DiscoveryCatalog(connection).ReadAsync(options.Schema, options.Tables, cancellationToken).ConfigureAwait(false);
    }

    private static DiscoveredTable Describe(TableFacts facts, TargetSchema schema, string prefix)
    {
        var warnings = new List<string>();
        var columns = Columns(facts.Table, warnings);
        if (!facts.IsReadable) warnings.Add($"this user may not read it: GRANT SELECT ON {facts.Table.Name.ToSql()} TO …");
        var key = KeyGuess.Of(facts, warnings);
        var (watermark, mode) = WatermarkGuess.Of(facts, warnings);
        if (Unwritable(facts.Table) is { } name)
        {
            warnings.Add($"the name '{name}' has blanks around it or control characters, which the YAML file cannot write: rename it, or read from a view");
            key = key with { Value = null };
        }

        var (target, text) = schema.Table(prefix + SnowflakeNames.Natural(facts.Table.Name.Table));
        return new DiscoveredTable
        {
            Source = facts.Table.Name, Target = target, TargetText = text, Columns = columns, Key = key, Watermark = watermark, Mode = mode,
            EstimatedRows = facts.EstimatedRows, Warnings = warnings,
        };
    }

    // Written without quotes, as the names behind it are.
    private static string Prefix(string given) => given.Length == 0 || (!char.IsAsciiDigit(given[0]) && given.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        ? given.ToUpperInvariant()
        : throw new ConfigurationException($"'{given}' cannot be the beginning of the tables' names.", "Give --prefix letters, digits and _, such as RAW_.");

    private static List<DiscoveredColumn> Columns(PostgresTable table, List<string> warnings)
    {
        var targets = SnowflakeNames.Natural([.. table.Columns.Select(c => c.Name)]);
        var columns = table.Columns.Select((c, i) => new DiscoveredColumn(c.Name, targets[i], c.Type.Declared, c.NotNull, SnowflakeTypeMap.Of(c.Type))).ToList();
        foreach (var column in columns)
        {
            if (column.Mapped.IsDoubtful) warnings.Add($"'{column.Source}' ({column.Declared}): {column.Mapped.Note}");
            if (column.Target != SnowflakeNames.Natural(column.Source))
                warnings.Add($"'{column.Source}' would have the name of another column in upper case: it keeps its spelling in Snowflake, and has to be quoted there");
        }

        return columns;
    }

    private static string? Unwritable(PostgresTable table) =>
        table.Columns.Select(c => c.Name).Append(table.Name.Table).Append(table.Name.Schema).FirstOrDefault(name => name.Trim() != name || name.Any(char.IsControl));
}
