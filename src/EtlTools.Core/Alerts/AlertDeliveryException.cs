namespace EtlTools.Core.Alerts;

/// <summary>An alert did not arrive. The message says why, without the address.</summary>
internal sealed class AlertDeliveryException(string message, bool isTransient, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient => isTransient;

    /// <summary>How long the receiver wants to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
