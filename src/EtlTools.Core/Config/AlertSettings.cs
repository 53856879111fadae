namespace EtlTools.Core.Config;

/// <summary>Who is told when a run goes wrong, and what counts as wrong. <see cref="ToString"/> leaves the address out: it is a secret.</summary>
public sealed record AlertSettings
{
    /// <summary><c>ALERT_WEBHOOK_URL</c>: where alerts are posted; null for no webhook. A secret: who knows it can post there.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary><c>ALERT_WEBHOOK_FORMAT</c>.</summary>
    public WebhookFormat WebhookFormat { get; init; } = WebhookFormat.Generic;

    /// <summary><c>ALERT_COMMAND</c>: a program and its arguments, which is given each alert on standard input; null for none.</summary>
    public CommandText? Command { get; init; }

    /// <summary>Where the command is started, and relative paths of programs begin; null means the process's working folder.</summary>
    public string? CommandFolder { get; init; }

    /// <summary><c>ALERT_EVENT_LOG</c>: whether alerts go to the Windows Event Log.</summary>
    public bool EventLog { get; init; }

    /// <summary><c>ALERT_ERROR_SHARE</c>: the share of refused rows (0..1) above which a run is reported; 0 means never.</summary>
    public double ErrorShare { get; init; } = 0.05;

    /// <summary><c>ALERT_STALL_SECONDS</c>: a run that does not get on for so long is reported; zero means never.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>ALERT_REPEAT_SECONDS</c>: the same alert of the same table is not sent again by this process before that; zero means it always is.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Which targets there are.</summary>
    public override string ToString() => $"webhook: {WebhookUrl?.Host ?? "none"}; command: {Command?.Program ?? "none"}; event log: {EventLog}";
}

/// <summary>What a webhook understands.</summary>
public enum WebhookFormat
{
    /// <summary><c>generic</c>: the fields of the alert as one JSON object.</summary>
    Generic,

    /// <summary><c>slack</c>: a Slack incoming webhook, and what understands the same (Mattermost, Rocket.Chat).</summary>
    Slack,

    /// <summary><c>teams</c>: a Microsoft Teams workflow "when a webhook request is received": an adaptive card.</summary>
    Teams,
}
