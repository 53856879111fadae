namespace EtlTools.Core.Files;

/// <summary>One file of rows being written. Until it is finished its name says so.</summary>
internal interface IRowFile : IAsyncDisposable
{
    /// <summary>Compressed bytes written so far; what is still in memory is missing.</summary>
    long Bytes { get; }

    /// <summary>Adds whole rows.</summary>
    /// <param name="block">Rows as PostgreSQL's COPY writes CSV; its buffer stays the caller's.</param>
    void Write(RowBlock block);

    /// <summary>Completes the file and names it after its content.</summary>
    Task<StagedFile> FinishAsync(CancellationToken cancellationToken);
}
