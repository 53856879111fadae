using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtlTools.Sandbox.Samples;

namespace EtlTools.IntegrationTests.Sandbox;

public sealed class WorkOrdersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_rows_on_every_machine() =>
        Assert.Equal("b73440601aa1cae7", Hash(WorkOrders.Generate(42, 5000, Now).Select(o => o.Values)));

    [Fact]
    public void Another_seed_gives_other_rows() =>
        Assert.NotEqual(Hash(WorkOrders.Generate(1, 100, Now).Select(o => o.Values)), Hash(WorkOrders.Generate(2, 100, Now).Select(o => o.Values)));

    [Fact]
    public void Keys_are_unique_and_rows_are_in_order_of_change_and_in_the_past()
    {
        var rows = WorkOrders.Generate(42, 50_000, Now).ToList();

        Assert.All(rows, row => Assert.Equal(WorkOrders.Columns.Count, row.Values.Length));
        Assert.Equal(50_000, rows.Select(r => r.NotificationId).Distinct().Count());
        Assert.Equal(rows.Select(r => r.UpdatedAt), rows.Select(r => r.UpdatedAt).Order(StringComparer.Ordinal));
        Assert.True(string.CompareOrdinal(rows[^1].UpdatedAt, "2026-03-01 11:00:00") < 0);
        Assert.NotEqual(rows.Select(r => r.NotificationId), rows.Select(r => r.NotificationId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Equal_timestamps_come_in_groups_of_all_sizes()
    {
        var sizes = WorkOrders.Generate(42, 50_000, Now).GroupBy(r => r.UpdatedAt).Select(g => g.Count()).ToHashSet();

        Assert.Superset(new HashSet<int> { 1, 2, 4, 8, 512 }, sizes);
    }

    [Fact]
    public void Rows_hold_what_real_ones_hold()
    {
        var rows = WorkOrders.Generate(42, 50_000, Now).Select(r => r.Values).ToList();
        var types = rows.Select(r => r[13]).ToHashSet();
        var texts = rows.Select(r => r[15]).ToList();

        Assert.Superset(new HashSet<string?> { null, "", "Complaint", "投诉", "pending_review", "X9" }, types);
        Assert.InRange(rows.Count(r => r[3] is null), 11_500, 13_500);
        Assert.InRange(texts.Count(t => t is null), 300, 700);
        Assert.InRange(texts.Count(t => t is { Length: 0 }), 300, 700);
        Assert.InRange(texts.Count(t => t is not null && t.Any(c => c is >= '一' and <= '鿿')), 15_000, 35_000);
        foreach (var awkward in (string[])["\"", "\t", "\n", "\r\n", "\\", "\\N", "🩺", "𠮷", "'"])
            Assert.Contains(texts, t => t?.Contains(awkward, StringComparison.Ordinal) == true);

        Assert.DoesNotContain(rows.SelectMany(r => r), v => v?.Contains('\0', StringComparison.Ordinal) == true);
        Assert.InRange(rows.Average(r => r.Sum(v => v is null ? 0 : Encoding.UTF8.GetByteCount(v) + 1)), 330, 480);
    }

    [Fact]
    public void A_work_order_is_assigned_after_it_is_opened_and_changed_after_it_is_closed()
    {
        foreach (var row in WorkOrders.Generate(7, 20_000, Now).Select(r => r.Values))
        {
            Assert.True(row[1] is null || row[2] is null || string.CompareOrdinal(row[1], row[2]) <= 0);
            Assert.True(row[2] is null || row[3] is null || string.CompareOrdinal(row[2], row[3]) <= 0);
            Assert.True(row[3] is null || string.CompareOrdinal(row[3], row[16]) <= 0);
        }
    }

    [Fact]
    public void Changes_are_later_differ_and_touch_as_many_rows_as_asked()
    {
        var before = WorkOrders.Generate(42, 10_000, Now).ToDictionary(r => r.NotificationId);
        var after = Now.AddMinutes(-1);

        var changes = WorkOrders.Change(42, 10_000, 500, 200, after, Now).ToList();

        Assert.Equal(700, changes.Select(r => r.NotificationId).Distinct().Count());
        Assert.Equal(200, changes.Count(r => !before.ContainsKey(r.NotificationId)));
        Assert.All(changes, r => Assert.InRange(r.UpdatedAt, "2026-03-01 11:59:00.000001", "2026-03-01 11:59:59.999999"));
        Assert.Equal(changes.Select(r => r.UpdatedAt), changes.Select(r => r.UpdatedAt).Order(StringComparer.Ordinal));
        Assert.All(changes.Where(r => before.ContainsKey(r.NotificationId)), r => Assert.NotEqual(before[r.NotificationId].Values[15], r.Values[15]));
        Assert.Equal(Hash(changes.Select(r => r.Values)), Hash(WorkOrders.Change(42, 10_000, 500, 200, after, Now).Select(r => r.Values)));
        Assert.Empty(WorkOrders.Change(42, 0, 0, 0, after, Now));
        Assert.Equal(10_000, WorkOrders.Change(42, 10_000, 10_000, 0, after, Now).Select(r => r.NotificationId).Distinct().Count());
    }

    [Fact]
    public void Extracts_have_a_parent_a_valid_score_and_json_steps()
    {
        var parents = WorkOrders.Generate(42, 10_000, Now).Select(r => r.NotificationId).ToHashSet();
        var rows = AiExtracts.Generate(42, 10_000, 0.3, Now).ToList();

        Assert.InRange(rows.Count, 2_700, 3_300);
        Assert.All(rows, row =>
        {
            Assert.Equal(AiExtracts.Columns.Count, row.Length);
            Assert.Contains(row[0]!, parents);
            Assert.InRange(decimal.Parse(row[8]!, System.Globalization.CultureInfo.InvariantCulture), 0m, 1m);
            Assert.Matches(@"^[01]\.\d{4}$", row[8]);
            using var steps = JsonDocument.Parse(row[6]!);
            Assert.Equal(2, steps.RootElement.GetArrayLength());
        });
    }

    private static string Hash(IEnumerable<string?[]> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in rows.SelectMany(row => row))
            hash.AppendData(Encoding.UTF8.GetBytes((value ?? "\u0001") + "\u0002"));

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
