using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab;

namespace Rackboot.EndToEnd;

/// <summary><c>rackboot-lab up</c> as <c>make run</c> calls it.</summary>
public sealed class UpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Ended_in_the_middle_of_its_boots_it_leaves_nothing_behind(string signal)
    {
        TestRack.SkipUnlessPossible();
        var name = $"rbu{Environment.ProcessId % 10000}";
        var state = Directory.CreateTempSubdirectory($"{name}-").FullName;
        Directory.CreateDirectory(TestRack.StandInCache);
        Directory.CreateSymbolicLink($"{state}/standin", TestRack.StandInCache);
        using var up = Tool.StartInBackground($"{state}/up.log", Path.Combine(TestRack.ProgramDirectory, "rackboot-lab"), "up", "--name",
            name, "--state", state, "--programs", TestRack.ProgramDirectory);
        try
        {
            await AllAreOnAsync($"/run/{name}/rackboot.sock", $"{state}/up.log");
            var (_, processes, _) = await Tool.TryRunAsync("ip", "netns", "pids", name);
            var running = processes.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.InRange(running.Length, 7, 20); // rackbootd, three BMCs, three machines

            await Tool.RunAsync("kill", "-" + signal, $"{up.Id}");
            using var limit = new CancellationTokenSource(Patience);
            await up.WaitForExitAsync(limit.Token);
            Assert.Equal(130, up.ExitCode);
            Assert.EndsWith("Stopped; nothing is left behind.\n", await File.ReadAllTextAsync($"{state}/up.log"), StringComparison.Ordinal);
            Assert.False(Directory.Exists($"/run/{name}"));
            Assert.False(File.Exists($"/run/netns/{name}"));
            Assert.All(running, pid => Assert.False(Tool.IsRunning(int.Parse(pid)), $"process {pid} runs on"));
        }
        finally
        {
            if (!up.HasExited)
                up.Kill(entireProcessTree: true);
            Directory.Delete(state, recursive: true);
        }
    }

    private static async Task AllAreOnAsync(string socket, string log)
    {
        using var client = RackbootClient.ForSocket(socket);
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            try
            {
                if (await client.GetMachinesAsync() is { Count: 3 } machines && machines.All(m => m.Status!.Power!.State == PowerState.On))
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not serve yet.
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
                Assert.Fail($"the machines are not on; it says:\n{await File.ReadAllTextAsync(log)}");
        }
    }
}
