using System.Text;

namespace Rackboot.Daemon.Configuration;

/// <summary>The reference of the configuration, generated from the settings that the reader reads.</summary>
public static class SettingsReference
{
    /// <summary>Settings whose path begins with <paramref name="prefix"/>, for a terminal; empty if there are none.</summary>
    public static string Text(string? prefix)
    {
        var text = new StringBuilder();
        foreach (var setting in ConfigurationFile.Settings().Where(s => IsIn(s.Path, prefix ?? ""))
            .OrderBy(s => Parent(s.Path), StringComparer.Ordinal))
        {
            var form = setting.Default is null ? setting.Form : $"{setting.Form}; default {setting.Default}";
            text.Append(setting.Path).Append("  ").AppendLine(form).Append("    ").AppendLine(setting.Says);
        }

        return text.ToString();
    }

    /// <summary>The page docs/reference/configuration.md.</summary>
    public static string Page()
    {
        var settings = ConfigurationFile.Settings();
        var page = new StringBuilder(
            """
            # Settings of rackboot.yaml

            `make reference` writes this page from the code that reads and checks the file. `rackbootd --settings [GROUP]` prints it too;
            [configuration.md](../configuration.md) explains how the settings work together.


            """);
        Table(page, settings.Where(s => !s.IsGroup && !s.Path.Contains('.', StringComparison.Ordinal)));
        foreach (var group in settings.Where(s => s.IsGroup))
        {
            page.Append("## ").Append(group.Path).Append("\n\n").Append(group.Says).Append("\n\n");
            Table(page, settings.Where(s => !s.IsGroup && Parent(s.Path) == group.Path));
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Table(StringBuilder page, IEnumerable<Setting> settings)
    {
        page.Append("| setting | meaning | allowed | default |\n|---|---|---|---|\n");
        foreach (var s in settings)
            page.Append("| `").Append(s.Path[(Parent(s.Path).Length == 0 ? 0 : s.Path.LastIndexOf('.') + 1)..]).Append("` | ")
                .Append(Cell(s.Says)).Append(" | ")
                .Append(Cell(s.Form)).Append(" | ").Append(s.Default is null ? "" : $"`{s.Default}`").Append(" |\n");
        page.Append('\n');
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Parent(string path) => path.LastIndexOf('.') is > 0 and var dot
        ? path[..dot].Replace("[]", "", StringComparison.Ordinal) : "";

    private static bool IsIn(string path, string prefix) =>
        prefix.Length == 0 || path == prefix || path.StartsWith(prefix + ".", StringComparison.Ordinal)
            || path.StartsWith(prefix + "[]", StringComparison.Ordinal);
}
