using System.Text.Json;
using Rackboot.Lab;

namespace Rackboot.EndToEnd;

/// <summary>A hall of synthetic machines, with one of each fault.</summary>
public sealed class StormTests
{
    private static readonly string[] Stuck = ["stops", "bmc-password", "half-download"];

    [Fact]
    public async Task Healthy_machines_report_at_their_first_attempt_and_explain_says_what_is_wrong_with_the_others()
    {
        TestRack.SkipUnlessPossible();
        var name = $"rbs{Environment.ProcessId % 10000}";
        var state = Directory.CreateTempSubdirectory($"{name}-").FullName;
        try
        {
            var (exit, output, error) = await Tool.TryRunAsync(
                Path.Combine(TestRack.ProgramDirectory, "rackboot-lab"), "storm", "--machines", "20", "--megabytes", "4",
                "--faults", "lost-packets=5,stops=5,bmc-password=5,half-download=5,clone=5", "-o", "json", "--name", name, "--state", state,
                "--programs", TestRack.ProgramDirectory);
            Assert.True(exit == 0, $"{output}{error}");
            using var report = JsonDocument.Parse(output);
            var faults = report.RootElement.GetProperty("faults").EnumerateArray().ToDictionary(f => f.GetProperty("fault").GetString()!);
            Assert.Equal((15, 15), (Count(faults["healthy"], "machines"), Count(faults["healthy"], "firstAttempt")));
            Assert.All(Stuck, fault => Assert.Equal((0, 1), (Count(faults[fault], "reported"), Count(faults[fault], "rightWords"))));
            Assert.All(["lost-packets", "clone"], fault =>
                Assert.Equal((1, 1), (Count(faults[fault], "reported"), Count(faults[fault], "rightWords"))));
            Assert.Equal(17, report.RootElement.GetProperty("inventoryReported").GetInt32());
            Assert.True(report.RootElement.GetProperty("daemon").GetProperty("cpuSeconds").GetDouble() > 0);
            Assert.All(new[] { name, $"{name}-hall" }, n => Assert.False(File.Exists($"/run/netns/{n}"), $"{n} is left behind"));
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    private static int Count(JsonElement fault, string what) => fault.GetProperty(what).GetInt32();
}
