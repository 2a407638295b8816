using System.Text.Json;
using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The dashboard and the alerts of packaging/monitoring ask for what the daemon has.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Root = FindRoot();

    private static readonly string Monitoring = Path.Combine(Root, "packaging", "monitoring");

    [Fact]
    public async Task Every_metric_in_the_dashboard_and_the_alerts_is_one_of_the_daemon()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var answer = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Metrics);
        var metrics = MetricType().Matches(await answer.Content.ReadAsStringAsync()).Select(m => m.Groups[1].Value).ToHashSet();
        foreach (var file in Files())
        {
            var asked = Metric().Matches(await File.ReadAllTextAsync(file)).Select(m => m.Value).ToHashSet();
            Assert.True(asked.Count > 10, $"{file} asks for few metrics: {string.Join(", ", asked)}");
            // Metrics of what happened on the boot network appear when the first of it does.
            Assert.All(asked.Where(a => !EventMetric().IsMatch(a)), name => Assert.Contains(name, metrics));
        }
    }

    [Fact]
    public async Task Every_event_in_the_dashboard_and_the_alerts_is_one_that_the_daemon_counts()
    {
        var source = string.Concat(Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var answers = Enum.GetNames<DhcpMessageType>().Select(n => n.ToLowerInvariant()).ToHashSet();
        var found = 0;
        foreach (var file in Files())
            foreach (Match asked in Event().Matches((await File.ReadAllTextAsync(file)).Replace("\\\"", "\"", StringComparison.Ordinal)))
            {
                found++;
                var (plane, name) = (asked.Groups[1].Value, asked.Groups[2].Value);
                Assert.True(
                    source.Contains($"\"{plane}.{name}\"", StringComparison.Ordinal) || (plane == "dhcp" && answers.Contains(name)),
                    $"{file}: nothing counts {plane}.{name}");
            }

        Assert.True(found >= 5, $"only {found} events were found in {Monitoring}");
    }

    [Fact]
    public void Every_panel_of_the_dashboard_asks_the_chosen_data_source_and_has_a_place_of_its_own()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Monitoring, "rackboot.dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("gridPos")).Select(g => (g.GetProperty("x").GetInt32(),
            g.GetProperty("y").GetInt32())).Distinct().Count());
        Assert.All(panels.Where(p => p.GetProperty("type").GetString() != "row"), panel =>
        {
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
        });
    }

    private static IEnumerable<string> Files() =>
        new[] { "rackboot.rules.yaml", "rackboot.rules.test.yaml", "rackboot.dashboard.json" }.Select(f => Path.Combine(Monitoring, f));

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Appliance.sln")))
                return directory.FullName;
        throw new DirectoryNotFoundException("the tests do not run inside the project");
    }

    [GeneratedRegex("^# TYPE ([a-z_]+) ", RegexOptions.Multiline)]
    private static partial Regex MetricType();

    [GeneratedRegex("rackboot_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("^rackboot_(dhcp|tftp|http|ra)_events_total$")]
    private static partial Regex EventMetric();

    [GeneratedRegex("""rackboot_([a-z]+)_events_total\{[^}]*event="([^"]+)""")]
    private static partial Regex Event();
}
