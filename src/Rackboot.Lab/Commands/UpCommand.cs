using System.CommandLine;
using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn;
using Spectre.Console;

namespace Rackboot.Lab.Commands;

/// <summary><c>rackboot-lab up</c>: brings the rack up, powers its machines on and shows them become a cluster.</summary>
public static class UpCommand
{
    private const string Cluster = "lab";

    // Real Talos runs all of Kubernetes under emulation.
    private static readonly TimeSpan StandInLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TalosLimit = TimeSpan.FromMinutes(60);

    public static Command Create()
    {
        var talos = new Option<string?>("--talos")
        {
            Description = "Boot this release of real Talos, e.g. v1.13.9, instead of the stand-in.", HelpName = "VERSION",
        };
        var kubernetes = new Option<string>("--kubernetes")
        {
            Description = "The release of Kubernetes.", DefaultValueFactory = _ => "v1.36.3", HelpName = "VERSION",
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
        var keep = new Option<bool>("--keep") { Description = "Keep the rack running after its cluster is up, until Ctrl-C." };
        var command = new Command(
            "up", "Bring up a virtual rack of three machines behind BMCs, power them on and show them become a Talos cluster.")
        {
            talos, kubernetes, state, programs, name, keep,
        };
        command.SetAction((result, cancel) => RunAsync(
            new RackPlan
            {
                Name = result.GetValue(name)!,
                StartsAnew = true,
                StateDirectory = Path.GetFullPath(result.GetValue(state)!),
                Programs = Path.GetFullPath(result.GetValue(programs)!),
            },
            result.GetValue(talos), result.GetValue(kubernetes)!, result.GetValue(keep), cancel));
        return command;
    }

    private static async Task<int> RunAsync(RackPlan plan, string? talos, string kubernetes, bool keep, CancellationToken cancel)
    {
        try
        {
            AnsiConsole.MarkupLine(talos is null
                ? "[bold]The machines boot stand-ins for Talos[/]: a small Debian system that boots, installs and"
                    + " joins as Talos does and runs no Kubernetes. Real Talos: make run TALOS=v1.13.9"
                : $"[bold]The machines boot real Talos {Markup.Escape(talos)}[/]");
            await using var rack = await VirtualRack.StartAsync(plan);
            if (talos is null)
                await rack.ServeStandInsAsync(Path.Combine(plan.StateDirectory, "standin"));
            else
                await TalosBundle.EnsureAsync(
                    rack, talos, kubernetes, Path.Combine(plan.StateDirectory, "talos"),
                    text => AnsiConsole.MarkupLineInterpolated($"{text}"), cancel);
            var cluster = new Cluster
            {
                Name = Cluster,
                Vip = "10.20.0.10",
                Talos = new ClusterTalos { Version = talos ?? StandInImage.Version },
                Kubernetes = kubernetes,
            };
            await FillAsync(rack, plan.StateDirectory, cluster, talos is null ? 512 : 2048, cancel);
            var watch = new RackWatch(rack, Cluster, talos is null ? StandInLimit : TalosLimit);
            var power = RackbootAsync(rack, "power", "on", "-l", $"cluster={Cluster}", "--boot", "network");
            var ready = await watch.RunAsync(cancel);
            await power;
            await watch.TellAsync();
            if (!ready)
                return 1;
            Close(rack, cluster, watch.Seconds, isStandIn: talos is null, keep);
            if (keep)
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
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

    private static async Task FillAsync(VirtualRack rack, string directory, Cluster cluster, int memory, CancellationToken cancel)
    {
        MachineFirmware[] firmwares = [MachineFirmware.Bios, MachineFirmware.UefiPxe, MachineFirmware.UefiHttp];
        var machines = new List<Machine>();
        for (var i = 0; i < firmwares.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            machines.Add(rack.Describe(await rack.AddAsync($"node-{i + 1:00}", firmwares[i], i + 1, memory), $"10.20.0.{21 + i}"));
        }

        var written = await RackFiles.WriteAsync(Path.Combine(directory, "documents"), VirtualRack.BmcCredential, machines, cluster);
        await RackbootAsync(rack, "apply", "-f", Path.GetRelativePath(Environment.CurrentDirectory, written));
    }

    // As an operator would: the commands are shown, and can be repeated.
    private static async Task RackbootAsync(VirtualRack rack, params string[] arguments)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]rackboot {string.Join(' ', arguments)}[/]");
        var (exit, output, error) = await rack.RackbootAsync(arguments);
        if (exit != 0)
            throw new LabException($"rackboot {string.Join(' ', arguments)} failed:\n{(output + error).Trim()}");
    }

    private static void Close(VirtualRack rack, Cluster cluster, double seconds, bool isStandIn, bool keep)
    {
        var what = $"cluster {cluster.Name}, {rack.Machines.Count} machines, Talos {cluster.Talos!.Version}";
        AnsiConsole.MarkupLineInterpolated($"[green]All is up[/] after {seconds:0} s: {what}.");
        if (isStandIn)
            AnsiConsole.MarkupLine("They are stand-ins: no Kubernetes runs, and nothing answers their kubeconfig.");
        AnsiConsole.MarkupLine(keep ? "The rack runs until Ctrl-C. In another terminal:" : "To try these, keep the rack: make run KEEP=1");
        AnsiConsole.MarkupLineInterpolated(
            $"""
              export RACKBOOT_SOCKET={rack.Socket}
              out/rackboot cluster status {cluster.Name}
              out/rackboot cluster kubeconfig {cluster.Name}
              out/rackboot explain node-01
            """);
    }
}
