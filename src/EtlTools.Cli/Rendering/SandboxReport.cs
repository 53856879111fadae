using EtlTools.Sandbox.Endpoint;

namespace EtlTools.Cli.Rendering;

/// <summary>The result of <c>sandbox start</c> and <c>sandbox status</c>. JSON: <c>running</c>, <c>address</c>, <c>postgres</c>, <c>env_file</c>, <c>log_file</c>; null when it does not run.</summary>
internal sealed class SandboxReport(EndpointStatus status, string stopCommand, string program) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text)
    {
        if (!status.IsRunning)
        {
            text.Line("No sandbox is running.");
            return;
        }

        text.Line($"Snowflake endpoint on {status.Address}, over {status.Postgres}", TextReport.Good);
        text.Line($"  settings  {status.EnvironmentFile}");
        text.Line($"  log       {status.Log}");
        // The target begins empty: without the state tables a check finds nothing but that.
        text.Line($"  try it    {program} migrate --env-file '{status.EnvironmentFile}'");
        text.Line($"            {program} check --env-file '{status.EnvironmentFile}'");
        text.Line($"  stop      {stopCommand}");
    }

    public override void Write(JsonReport json)
    {
        json.Flag("running", status.IsRunning);
        json.Text("address", status.Address);
        json.Text("postgres", status.Postgres);
        json.Text("env_file", status.EnvironmentFile);
        json.Text("log_file", status.Log);
    }
}

/// <summary>The result of <c>sandbox stop</c>. JSON: <c>stopped</c>, false when none ran.</summary>
internal sealed class SandboxStopReport(bool stopped) : CommandReport
{
    public override ExitCode ExitCode => ExitCode.Done;

    public override void Write(TextReport text) => text.Line(stopped ? "Stopped." : "No sandbox was running.");

    public override void Write(JsonReport json) => json.Flag("stopped", stopped);
}
