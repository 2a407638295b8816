using System.CommandLine;
using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn;
using Spectre.Console;

namespace Rackboot.Lab.Commands;

/// <summary><c>rackboot-lab up</c>: brings the rack up, powers its machines on and shows them boot.</summary>
public static class UpCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var talos = new Option<string?>("--talos")
        {
            Description = "Boot this version of real Talos, e.g. v1.14.0, instead of the stand-in.", HelpName = "VERSION",
        };
        var state = new Option<string>("--state")
        {
            Description = "Where the rack keeps its files.", DefaultValueFactory = _ => "out/lab", HelpName = "DIRECTORY",
        };
        var programs = new Option<string>("--programs")
        {
            Description = "Where rackbootd and rackboot are.", DefaultValueFactory = _ => "out", HelpName = "DIRECTORY",
        };
        var name = new Option<string>("--name")
        {
            Description = "Of its network namespace; racks of different names and states run side by side.",
            DefaultValueFactory = _ => "rackboot-lab", HelpName = "NAME",
        };
        var keep = new Option<bool>("--keep") { Description = "Keep the rack running after all machines are up, until Ctrl-C." };
        var command = new Command("up", "Bring up a virtual rack of three machines behind BMCs, power them on and show them boot.")
        {
            talos, state, programs, name, keep,
        };
        command.SetAction((result, cancel) => RunAsync(
            new RackPlan
            {
                Name = result.GetValue(name)!, StateDirectory = Path.GetFullPath(result.GetValue(state)!),
                Programs = Path.GetFullPath(result.GetValue(programs)!),
            },
            result.GetValue(talos), result.GetValue(keep), cancel));
        return command;
    }

    private static async Task<int> RunAsync(RackPlan plan, string? talos, bool keep, CancellationToken cancel)
    {
        try
        {
            AnsiConsole.MarkupLine(talos is null
                ? $"[bold]Booting a stand-in for Talos[/] ({StandInImage.Version}: a Debian kernel that behaves as Talos does at this "
                    + "stage); real Talos: make run TALOS=v1.14.0"
                : $"[bold]Booting real Talos {Markup.Escape(talos)}[/]");
            await using var rack = await VirtualRack.StartAsync(plan);
            AnsiConsole.MarkupLineInterpolated(
                $"rackbootd serves in network namespace {plan.Name}; talk to it with: out/rackboot --socket {rack.Socket} get machines");
            if (talos is null)
                await rack.ImportStandInAsync(Path.Combine(plan.StateDirectory, "standin"));
            else
                await TalosAssets.EnsureAsync(rack, talos, Path.Combine(plan.StateDirectory, "talos"), cancel);
            await FillAsync(rack, plan.StateDirectory, talos is null ? 512 : 2048, cancel);
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

    private static async Task FillAsync(VirtualRack rack, string directory, int memory, CancellationToken cancel)
    {
        MachineFirmware[] firmwares = [MachineFirmware.Bios, MachineFirmware.UefiPxe, MachineFirmware.UefiHttp];
        var machines = new List<Machine>();
        for (var i = 0; i < firmwares.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            machines.Add(rack.Describe(await rack.AddAsync($"node-{i + 1:00}", firmwares[i], i + 1, memory), $"10.20.0.{21 + i}"));
        }

        await RackbootAsync(
            rack, "apply", "-f", await RackFiles.WriteAsync(Path.Combine(directory, "documents"), VirtualRack.BmcCredential, machines));
    }

    // As an operator would: the commands are shown, and can be repeated.
    private static async Task RackbootAsync(VirtualRack rack, params string[] arguments)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]rackboot {string.Join(' ', arguments)}[/]");
        var (exit, output, error) = await rack.RackbootAsync(arguments);
        if (exit != 0)
            throw new LabException($"rackboot {string.Join(' ', arguments)} failed:\n{(output + error).Trim()}");
    }

    private static async Task<bool> WatchAsync(VirtualRack rack, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var power = RackbootAsync(rack, "power", "on", "--all", "--boot", "network");
        var seen = await RowsAsync(rack, cancel);
        var interactive = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
        if (interactive)
            await AnsiConsole.Live(RackView.Live(seen, 0)).StartAsync(async live =>
            {
                while (!IsOver(seen, started))
                {
                    await Task.Delay(Refresh, cancel);
                    seen = await RowsAsync(rack, cancel);
                    live.UpdateTarget(RackView.Live(seen, Stopwatch.GetElapsedTime(started).TotalSeconds));
                }
            });
        else
            while (!IsOver(seen, started))
            {
                await Task.Delay(Refresh, cancel);
                var now = await RowsAsync(rack, cancel);
                foreach (var (row, before) in now.Zip(seen))
                    if (row.Now != before.Now)
                        Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s  {row.Machine.Name}  "
                            + $"{RackView.Name(row.Machine.Firmware),-9}  {RackView.Name(row.Boot?.Stage),-10}  {row.Now}");
                seen = now;
            }

        await power;
        foreach (var row in seen.Where(r => !r.IsUp))
            Console.Error.WriteLine(await rack.DiagnoseAsync(
                row.Machine.Name, $"{row.Machine.Name} did not come up; it is at {RackView.Name(row.Boot?.Stage)}: {row.Now}"));
        var up = seen.Count(r => r.IsUp);
        if (up > 0)
            AnsiConsole.Write(RackView.Summary([.. seen.Where(r => r.Boot is not null).Select(r => (r.Machine, r.Boot!))]));
        AnsiConsole.MarkupLine(up == seen.Count
            ? $"[green]All {seen.Count} machines are up[/], {Stopwatch.GetElapsedTime(started).TotalSeconds:0} seconds after their BMCs "
                + "were told to power on: each booted its kernel, fetched its own configuration and reported."
            : $"[red]{seen.Count - up} of {seen.Count} machines did not come up.[/]");
        return up == seen.Count;
    }

    private static bool IsOver(IReadOnlyList<RackRow> rack, long started) =>
        rack.All(r => r.IsOver) || Stopwatch.GetElapsedTime(started) > Limit;

    private static async Task<IReadOnlyList<RackRow>> RowsAsync(VirtualRack rack, CancellationToken cancel)
    {
        var power = (await rack.Client.GetOperationsAsync(cancel)).FirstOrDefault(o => o.Action == PowerAction.On);
        var boots = await rack.Client.GetBootsAsync(cancel: cancel);
        var begin = rack.Started;
        return [.. rack.Machines.Select(m => new RackRow(
            m, power?.Machines.FirstOrDefault(p => p.Machine == m.Name),
            boots.FirstOrDefault(b => b.Machine == m.Name && b.Started >= begin)))];
    }
}
