namespace EtlTools.Core.Alerts;

/// <summary>A way to tell somebody.</summary>
internal interface IAlertTarget
{
    /// <summary>What it is called in messages; holds no secret.</summary>
    string Name { get; }

    /// <summary>Tells, once.</summary>
    /// <exception cref="AlertDeliveryException">It did not arrive.</exception>
    Task SendAsync(Alert alert, CancellationToken stop);
}
