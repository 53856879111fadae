using EtlTools.Core.Errors;

namespace EtlTools.Core.State.Migrations;

/// <summary>Compares the scripts of one set with a database's journal.</summary>
internal static class MigrationPlan
{
    /// <summary>Scripts the database has not had, or, where repeatable, has had with another text.</summary>
    /// <exception cref="ConfigurationException">The database has had scripts that a newer program brought.</exception>
    /// <exception cref="DriftException">A script the database has had is now different, or gone.</exception>
    public static IReadOnlyList<MigrationScript> Pending(
        string set, IReadOnlyList<MigrationScript> scripts, IReadOnlyDictionary<string, JournalEntry> journal, string database)
    {
        RefuseNewer(set, scripts, journal, database);
        var changed = scripts.FirstOrDefault(script =>
            !script.IsRepeatable && journal.TryGetValue(script.Version, out var entry) && entry.Checksum != script.Checksum);
        if (changed is not null)
        {
            throw new DriftException(
                $"Migration {changed.File} is not the one that was applied to database {database}: its checksum is {changed.Checksum[..12]}…, the journal has {journal[changed.Version].Checksum[..12]}….",
                "Restore the file, and put the change into a new migration with the next number.");
        }

        return [.. scripts.Where(script => !journal.TryGetValue(script.Version, out var entry) || entry.Checksum != script.Checksum)];
    }

    private static void RefuseNewer(string set, IReadOnlyList<MigrationScript> scripts, IReadOnlyDictionary<string, JournalEntry> journal, string database)
    {
        var newest = scripts.Where(script => !script.IsRepeatable).Select(script => script.Version).LastOrDefault() ?? "";
        var known = scripts.Select(script => script.Version).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in journal.Values.Where(entry => char.IsAsciiDigit(entry.Version[0]) && !known.Contains(entry.Version)).OrderBy(entry => entry.Version, StringComparer.Ordinal))
        {
            if (string.CompareOrdinal(entry.Version, newest) < 0)
            {
                throw new DriftException(
                    $"Database {database} has had migration {entry.Version}_{entry.Name} of set {set}, which this program does not know although it knows later ones.",
                    "Use the program that applied it, or restore the file.");
            }

            throw new ConfigurationException(
                $"Database {database} is newer than this program: it has had migration {entry.Version}_{entry.Name} of set {set}, brought by version {entry.ToolVersion}; this program knows up to {newest}.",
                $"Update the program to version {entry.ToolVersion} or later.");
        }
    }
}
