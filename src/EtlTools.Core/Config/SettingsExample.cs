using System.Text;

namespace EtlTools.Core.Config;

/// <summary>The text of <c>config/.env.example</c>: every setting, commented out, with its description and default.</summary>
public static class SettingsExample
{
    private const int Width = 118;

    /// <summary>The complete file, lines ending in LF.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.Append("# Settings of EtlTools. Copy this file to .env, take the # off the lines you need, and run: chmod 600 .env\n");
        text.Append("# Environment variables of the same names win over this file. An empty value counts as not set.\n");
        text.Append("# $ stands for itself. Put values that contain quotes, # or blanks at either end in single quotes.\n");
        text.Append("# Durations: 500ms, 30s, 10m, 2h, 1d, or 0. What a commented line shows is the default.\n");
        text.Append("# A secret may be vault:NAME: the PowerShell module then asks SecretManagement for it (Get-Secret NAME); etl cannot.\n");
        var section = "";
        foreach (var setting in SettingsCatalog.All)
        {
            if (setting.Section != section)
                text.Append("\n# ---- ").Append(section = setting.Section).Append(" ----\n");
            text.Append('\n');
            foreach (var line in Wrap(setting.Description))
                text.Append("# ").Append(line).Append('\n');
            text.Append('#').Append(setting.Name).Append('=').Append(setting.Default).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Wrap(string description)
    {
        var line = new StringBuilder();
        foreach (var word in description.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length + 1 > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }
}
