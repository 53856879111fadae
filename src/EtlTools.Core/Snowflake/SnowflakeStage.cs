using System.Data.Common;
using EtlTools.Core.Errors;
using EtlTools.Core.Files;

namespace EtlTools.Core.Snowflake;

/// <summary>A place on an internal stage: a stage and a path, such as <c>@~/etl_tools/0a1b/run/1</c>.</summary>
internal sealed class SnowflakeStage
{
    /// <param name="location">Stage and path as in SQL, without a slash at the end.</param>
    public SnowflakeStage(string location)
    {
        Location = location;
        Sql = SnowflakeLiteral.Text(location + "/");
    }

    /// <summary>Stage and path.</summary>
    public string Location { get; }

    /// <summary>The location in SQL.</summary>
    public string Sql { get; }

    /// <summary>Uploads a compressed file.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="path">The local file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IntegrityException">Snowflake does not confirm the upload.</exception>
    public async Task PutAsync(DbConnection connection, string path, CancellationToken cancellationToken)
    {
        // A name that exists is the same content, since names hold its hash; OVERWRITE replaces half of one left by a lost connection.
        var sql = $"PUT {SnowflakeLiteral.Text("file://" + path.Replace('\\', '/'))} {Sql} AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP OVERWRITE = TRUE PARALLEL = 4";
        var rows = await SnowflakeStatement.TransferAsync(connection, sql, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 1 && rows[0].Any(field => field is "UPLOADED")) return;
        throw new IntegrityException($"Snowflake did not confirm the upload of {Path.GetFileName(path)} to {Location}.", "Run it again; if it persists, look at the stage's rights and the disk.");
    }

    /// <summary>Downloads a file; a name that is there already is replaced.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="name">Its name below the location.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task GetAsync(DbConnection connection, string name, string folder, CancellationToken cancellationToken) => SnowflakeStatement.TransferAsync(
        connection, $"GET {SnowflakeLiteral.Text(Location + "/" + name)} {SnowflakeLiteral.Text("file://" + folder.Replace('\\', '/').TrimEnd('/') + "/")} PARALLEL = 4", cancellationToken);

    /// <summary>Deletes what is there.</summary>
    public Task RemoveAsync(DbConnection connection, CancellationToken cancellationToken) =>
        SnowflakeStatement.RowsAsync(connection, $"REMOVE {Sql}", cancellationToken);

    /// <summary>Checks that COPY INTO has loaded each file whole.</summary>
    /// <param name="answer">The rows COPY INTO answered with: file, status, rows parsed, rows loaded, ….</param>
    /// <param name="files">What was to be loaded.</param>
    /// <exception cref="IntegrityException">A file is missing or was loaded in part.</exception>
    public static void EnsureLoaded(IReadOnlyList<string?[]> answer, IReadOnlyList<StagedFile> files)
    {
        foreach (var file in files)
        {
            var row = answer.FirstOrDefault(fields => fields[0]!.EndsWith(file.Name, StringComparison.Ordinal));
            if (row is not null && row[1] == "LOADED" && row[3] == file.Rows.ToString(System.Globalization.CultureInfo.InvariantCulture)) continue;
            throw new IntegrityException(
                $"Snowflake loaded {row?[3] ?? "no"} rows of file {file.Name}, which has {file.Rows} (status {row?[1] ?? "missing"}).",
                "Nothing was applied. Run it again; if it persists, report this as a defect.");
        }
    }
}
