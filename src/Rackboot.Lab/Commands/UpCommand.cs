using System.CommandLine;
using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn;
using Spectre.Console;

namespace Rackboot.Lab.Commands;

/// <summary><c>rackboot-lab up</c>: brings the rack up and shows it boot.</summary>
public static class UpCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var talos = new Option<string?>("--talos") { Description = "Boot this version of real Talos, e.g. v1.14.0, instead of the stand-in.", HelpName = "VERSION" };
        var state = new Option<string>("--state") { Description = "Where the rack keeps its files.", DefaultValueFactory = _ => "out/lab", HelpName = "DIRECTORY" };
        var programs = new Option<string>("--programs") { Description = "Where rackbootd is.", DefaultValueFactory = _ => "out", HelpName = "DIRECTORY" };
        var keep = new Option<bool>("--keep") { Description = "Keep the rack running after all machines are up, until Ctrl-C." };
        var command = new Command("up", "Bring up a virtual rack of three machines and show them boot.") { talos, state, programs, keep };
        command.SetAction((result, cancel) => RunAsync(result.GetValue(talos), result.GetValue(state)!, result.GetValue(programs)!, result.GetValue(keep), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? talos, string state, string programs, bool keep, CancellationToken cancel)
    {
        state = Path.GetFullPath(state);
        try
        {
            AnsiConsole.MarkupLine(talos is null
                ? $"[bold]Booting a stand-in for Talos[/] ({StandInImage.Version}: a Debian kernel that behaves as Talos does at this stage); real Talos: make run TALOS=v1.14.0"
                : $"[bold]Booting real Talos {Markup.Escape(talos)}[/]");
            await using var rack = await VirtualRack.StartAsync(new RackPlan { Name = "rackboot-lab", StateDirectory = state, Programs = Path.GetFullPath(programs) });
            AnsiConsole.MarkupLineInterpolated($"rackbootd serves in network namespace rackboot-lab; talk to it with: out/rackboot --socket {rack.Socket} get machines");
            if (talos is null)
                await rack.ImportStandInAsync(Path.Combine(state, "standin"));
            else
                await TalosAssets.EnsureAsync(rack, talos, Path.Combine(state, "talos"), cancel);
            MachineFirmware[] firmwares = [MachineFirmware.Bios, MachineFirmware.UefiPxe, MachineFirmware.UefiHttp];
            for (var i = 0; i < firmwares.Length; i++)
                await rack.DescribeAsync(await rack.AddAsync($"node-{i + 1:00}", firmwares[i], i + 1, talos is null ? 512 : 2048), $"10.20.0.{21 + i}");
            var ok = await WatchAsync(rack, cancel);
            if (ok && keep)
            {
                AnsiConsole.MarkupLine("The rack runs on; Ctrl-C ends it and leaves nothing behind.");
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return ok ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("Stopped; nothing is left behind.");
            return 130;
        }
        catch (LabException e)
        {
            Console.Error.WriteLine($"rackboot-lab: {e.Message}");
            return 1;
        }
    }

    private static async Task<bool> WatchAsync(VirtualRack rack, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var machine in rack.Machines)
            machine.PowerOn(rack.Network);
        var seen = await BootsAsync(rack, cancel);
        var interactive = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
        if (interactive)
            await AnsiConsole.Live(RackView.Live(seen, 0)).StartAsync(async live =>
            {
                while (!IsOver(seen, started))
                {
                    await Task.Delay(Refresh, cancel);
                    seen = await BootsAsync(rack, cancel);
                    live.UpdateTarget(RackView.Live(seen, Stopwatch.GetElapsedTime(started).TotalSeconds));
                }
            });
        else
            while (!IsOver(seen, started))
            {
                await Task.Delay(Refresh, cancel);
                var now = await BootsAsync(rack, cancel);
                foreach (var ((machine, boot), (_, before)) in now.Zip(seen))
                    if (boot is not null && boot.Now != before?.Now)
                        Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s  {machine.Name}  {RackView.Name(machine.Firmware),-9}  {RackView.Name(boot.Stage),-10}  {boot.Now}");
                seen = now;
            }

        var failed = seen.Where(m => m.Boot?.Outcome != BootOutcome.Succeeded).ToList();
        foreach (var (machine, boot) in failed)
            Console.Error.WriteLine(await rack.DiagnoseAsync(machine.Name, $"{machine.Name} did not come up; it is at {RackView.Name(boot?.Stage)}: {boot?.Now}"));
        if (failed.Count < seen.Count)
            AnsiConsole.Write(RackView.Summary([.. seen.Where(m => m.Boot is not null).Select(m => (m.Machine, m.Boot!))]));
        AnsiConsole.MarkupLine(failed.Count == 0
            ? $"[green]All {seen.Count} machines are up[/], {Stopwatch.GetElapsedTime(started).TotalSeconds:0} seconds after power-on: each booted its kernel, fetched its own configuration and reported."
            : $"[red]{failed.Count} of {seen.Count} machines did not come up.[/]");
        return failed.Count == 0;
    }

    private static bool IsOver(IReadOnlyList<(QemuMachine Machine, Boot? Boot)> rack, long started) =>
        rack.All(m => m.Boot?.Outcome is BootOutcome.Succeeded or BootOutcome.Failed) || Stopwatch.GetElapsedTime(started) > Limit;

    private static async Task<IReadOnlyList<(QemuMachine Machine, Boot? Boot)>> BootsAsync(VirtualRack rack, CancellationToken cancel)
    {
        var boots = await rack.Client.GetBootsAsync(cancel: cancel);
        var begin = rack.Started;
        return [.. rack.Machines.Select(m => (m, boots.FirstOrDefault(b => b.Machine == m.Name && b.Started >= begin)))];
    }
}
