namespace EtlTools.Core.Config;

/// <summary>What happens to one column on its way to Snowflake.</summary>
/// <param name="Column">The column as named in the source; one the source does not have when the first step is <see cref="ConstantStep"/> or <see cref="SqlStep"/>.</param>
/// <param name="Steps">At least one, in the order in which they are done; <see cref="ConstantStep"/> and <see cref="SqlStep"/> only come first.</param>
public sealed record ColumnTransform(string Column, IReadOnlyList<TransformStep> Steps)
{
    /// <summary>The new name at the target; null when it is not renamed.</summary>
    public string? NewName => Steps.OfType<RenameStep>().SingleOrDefault()?.Name;

    /// <summary>Whether the value does not come from the source column, which then need not exist.</summary>
    public bool IsComputed => Steps[0] is ConstantStep or SqlStep;
}
