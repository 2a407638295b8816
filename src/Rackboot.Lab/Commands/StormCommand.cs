using System.CommandLine;
using Rackboot.Lab.Storm;
using Rackboot.Lab.Storm.Faults;

namespace Rackboot.Lab.Commands;

/// <summary><c>rackboot-lab storm</c>: powers on a hall of synthetic machines and reports how the appliance served it.</summary>
internal static class StormCommand
{
    private const int MostMachines = 20_000;

    public static Command Create()
    {
        var machines = new Option<int>("--machines") { Description = "How many.", DefaultValueFactory = _ => 100, HelpName = "N" };
        machines.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (>= 1 and <= MostMachines))
                result.AddError($"--machines: between 1 and {MostMachines}");
        });
        var arrival = new Option<string>("--arrival")
        {
            Description = "at-once powers all on with one order; racks, 40 machines after the other, a rack each two seconds.",
            DefaultValueFactory = _ => "at-once", HelpName = "at-once|racks",
        };
        arrival.AcceptOnlyFromAmong("at-once", "racks");
        var faults = new Option<FaultShares?>("--faults")
        {
            Description = "Shares in percent, like lost-packets=2,stops=1,bmc-password=1,half-download=1,clone=1: machines that lose "
                + "packets, whose firmware stops, whose BMC has another password, whose network dies during the kernel, that have the UUID "
                + "of another. Default: none.",
            HelpName = "FAULT=PERCENT,…",
            CustomParser = result =>
            {
                var (shares, error) = FaultShares.Parse(string.Join(',', result.Tokens.Select(t => t.Value)));
                if (error is not null)
                    result.AddError($"--faults: {error}");
                return shares;
            },
        };
        var megabytes = new Option<int>("--megabytes")
        {
            Description = "Of kernel and initramfs together, which each machine fetches.", DefaultValueFactory = _ => 16, HelpName = "MB",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Another seed gives other machines the faults.", DefaultValueFactory = _ => 1, HelpName = "N",
        };
        var soak = new Option<double>("--soak")
        {
            Description = "Powers all off and on again for so many minutes, and reports the memory, descriptors and threads of rackbootd "
                + "over that time. Without --faults.",
            HelpName = "MINUTES",
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "json prints only the report, as JSON.", DefaultValueFactory = _ => "text", HelpName = "text|json",
        };
        output.AcceptOnlyFromAmong("text", "json");
        var state = new Option<string>("--state")
        {
            Description = "Where rackbootd keeps its files and its log.", DefaultValueFactory = _ => "out/storm", HelpName = "DIRECTORY",
        };
        var programs = new Option<string>("--programs")
        {
            Description = "Where rackbootd is.", DefaultValueFactory = _ => "out", HelpName = "DIRECTORY",
        };
        var name = new Option<string>("--name")
        {
            Description = "Of its network namespaces; storms of different names and states run side by side.",
            DefaultValueFactory = _ => "rackboot-storm", HelpName = "NAME",
        };
        var command = new Command("storm",
            """
            Power on a hall of synthetic machines and report how rackbootd serves it. Each machine has a MAC, a UUID, a firmware (BIOS PXE,
            UEFI PXE or UEFI HTTP boot) and a BMC of its own, and goes through the real protocols, from power-on by its BMC to its kernel
            log. The exit code is 1 if a healthy machine did not report at its first attempt, or explain does not say what is wrong with a
            faulty one.

            Examples:
              rackboot-lab storm --machines 20 --megabytes 2
              rackboot-lab storm --machines 100 --arrival racks --faults stops=2,bmc-password=1
              rackboot-lab storm --machines 20 --soak 60
            """)
        {
            machines, arrival, faults, megabytes, seed, soak, output, state, programs, name,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(soak) > 0 && result.GetValue(faults) is not null)
                result.AddError("--soak: only healthy machines boot again and again; leave --faults out");
        });
        command.SetAction((result, cancel) => RunAsync(
            new StormPlan
            {
                Name = result.GetValue(name)!,
                StateDirectory = Path.GetFullPath(result.GetValue(state)!),
                Programs = Path.GetFullPath(result.GetValue(programs)!),
                Machines = result.GetValue(machines),
                Arrival = result.GetValue(arrival) == "racks" ? Arrival.Racks : Arrival.AtOnce,
                Faults = result.GetValue(faults) ?? FaultShares.None,
                Megabytes = result.GetValue(megabytes),
                Seed = result.GetValue(seed),
                Soak = TimeSpan.FromMinutes(result.GetValue(soak)),
            },
            result.GetValue(output) == "json", cancel));
        return command;
    }

    private static async Task<int> RunAsync(StormPlan plan, bool json, CancellationToken cancel)
    {
        try
        {
            var view = new StormView(isSilent: json);
            await using var rack = await StormRack.StartAsync(plan, view.Say, cancel);
            if (plan.Soak > TimeSpan.Zero)
            {
                var soaked = await new StormSoak(plan, rack, view).RunAsync(cancel);
                Console.WriteLine(json ? soaked.ToJson() : soaked.ToString());
                return soaked.IsGood ? 0 : 1;
            }

            var report = await new StormRun(plan, rack, view).RunAsync(cancel);
            if (json)
                Console.WriteLine(report.ToJson());
            else
                StormView.Tell(report);
            return report.IsGood ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped; nothing is left behind.");
            return 130;
        }
        catch (LabException e)
        {
            Console.Error.WriteLine($"rackboot-lab: {e.Message}");
            return 1;
        }
    }
}
