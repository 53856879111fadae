namespace EtlTools.IntegrationTests.Sync.World;

/// <summary>What a test does to the source's results on their way to the core, to bring about what a well-behaved database does not.</summary>
public sealed class SourceInterference
{
    private int _rowsRead;

    /// <summary>Changes a text cell: (field name or number, text) → text.</summary>
    public Func<string, string>? ChangeText { get; set; }

    /// <summary>Called with the number of each data row, from 1, before it is delivered; may act on the databases or throw.</summary>
    public Action<int>? BeforeRow { get; set; }

    /// <summary>Called with each statement without rows once the warehouse has done it; an exception it throws is an answer that was lost.</summary>
    public Action<string>? AfterStatement { get; set; }

    /// <summary>Called with each statement; may act or throw.</summary>
    public Action<string>? BeforeStatement { get; set; }

    internal void Row() => BeforeRow?.Invoke(++_rowsRead);
}
