using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Spectre.Console;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot bmc</c>: finds BMCs and shows what they report besides power.</summary>
public static class BmcCommand
{
    public static Command Create(Session session) =>
        new("bmc", "Find and query BMCs.\n\nExamples:\n  rackboot bmc probe 10.30.0.0/24\n  rackboot bmc sensors node-01\n  rackboot "
            + "bmc sel node-01")
        {
            Probe(session),
            Report<BmcFact>(session, "info", "info", "Show the identity of the machine and its BMC.", BmcTables.Write),
            Report<BmcSensor>(session, "sensors", "sensors", "Show the current reading of every sensor.", BmcTables.Write),
            Sel(session),
            Report<BmcFact>(session, "fru", "parts", "List the machine's parts and serial numbers (FRU inventory).", BmcTables.Write),
            Boot(session),
            Media(session),
            Firmware(session),
        };

    private static Command Probe(Session session)
    {
        var network = new Argument<string>("network") { Description = "The network to search, at most a /16, or one address." };
        var format = GetCommand.Format();
        var command = new Command("probe", "Find the BMCs in a network by RMCP ping and by the Redfish service root. Logs in "
            + "nowhere.\n\nExample:\n  rackboot bmc probe 10.30.0.0/24") { network, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var found = new List<BmcFound>();
            var steps = client.ProbeAsync(result.GetValue(network)!, cancel);
            if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && ReferenceEquals(console.Output, Console.Out))
                await AnsiConsole.Progress().AutoClear(true).StartAsync(async progress =>
                {
                    var task = progress.AddTask($"probing {Markup.Escape(result.GetValue(network)!)}");
                    await foreach (var step in steps)
                    {
                        (task.MaxValue, task.Value) = (step.Total, step.Asked);
                        if (step.Found is not null)
                            found.Add(step.Found);
                    }
                });
            else
                await foreach (var step in steps)
                    if (step.Found is not null)
                        found.Add(step.Found);
            found.Sort((a, b) => Number(a.Address).CompareTo(Number(b.Address)));
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Output.Documents.Write(console.Output, f, new ItemList<BmcFound>(found));
            else
                BmcTables.Write(console.Output, found);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Report<T>(
        Session session, string word, string what, string description, Action<TextWriter, IReadOnlyList<T>> table)
    {
        var machine = Target.Machine(session);
        var format = GetCommand.Format();
        var command = new Command(word, $"{description}\n\nExample:\n  rackboot bmc {word} node-01") { machine, format };
        session.Run(command, async (result, client, cancel) =>
        {
            Print(result, format, await client.GetBmcAsync<T>(result.GetValue(machine)!, what, cancel), table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Sel(Session session)
    {
        var machine = Target.Machine(session);
        var clear = new Option<bool>("--clear") { Description = "Clear the log after printing it." };
        var format = GetCommand.Format();
        var command = new Command("sel", "Show the BMC's event log, oldest entries first.\n\nExamples:\n  rackboot bmc sel node-01\n  "
            + "rackboot bmc sel node-01 --clear -o json > sel.json") { machine, clear, format };
        session.Run(command, async (result, client, cancel) =>
        {
            Print(result, format, await client.GetBmcAsync<BmcLogEntry>(result.GetValue(machine)!, "log", cancel), BmcTables.Write);
            if (result.GetValue(clear))
                await client.DeleteBmcLogAsync(result.GetValue(machine)!, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Boot(Session session)
    {
        var machine = Target.Machine(session);
        var once = new Option<BootTarget?>("--once")
        {
            Description = "Set the boot source for the next start: network, http, disk or bios. Does not start the machine.",
            HelpName = "TARGET",
        };
        var format = GetCommand.Format();
        var command = new Command("boot", "Show the boot source for the machine's next start.\n\nExamples:\n  rackboot bmc "
            + "boot node-01\n  rackboot bmc boot node-01 --once bios") { machine, once, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var name = result.GetValue(machine)!;
            var boot = result.GetValue(once) is { } target
                ? await client.PutBmcBootAsync(name, target, cancel)
                : await client.GetBmcBootAsync(name, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
                Output.Documents.Write(result.InvocationConfiguration.Output, f, boot);
            else
                result.InvocationConfiguration.Output.WriteLine(Printable.Of($"{name}: {boot.Text}"));
            if (result.GetValue(once) is not { } wanted || boot.Target == wanted)
                return ExitCode.Ok;
            result.InvocationConfiguration.Error.WriteLine(
                $"rackboot: the BMC accepted \"boot once from {wanted.ToString().ToLowerInvariant()}\", but reports another boot source");
            return ExitCode.Failed;
        });
        return command;
    }

    private static Command Media(Session session)
    {
        var machine = Target.Machine(session);
        var insert = new Option<string?>("--insert")
        {
            Description = "Insert this image: an asset (iso/rescue.iso), which the appliance serves to the BMC, or a URL that the BMC "
                + "reaches.",
            HelpName = "IMAGE",
        };
        insert.CompletionSources.Add(
            context => session.Complete(context, Resource.Named("assets")!)
                .Where(a => a.Label.StartsWith("iso/", StringComparison.Ordinal)));
        var eject = new Option<bool>("--eject") { Description = "Eject the image." };
        var format = GetCommand.Format();
        var command = new Command("media",
            """
            Show the virtual media of a machine's BMC, insert an image, or eject it (Redfish).

            Examples:
              rackboot bmc media node-01
              rackboot asset import --iso rescue.iso
              rackboot bmc media node-01 --insert iso/rescue.iso
              rackboot bmc media node-01 --insert http://10.20.0.9/rescue.iso
              rackboot bmc media node-01 --eject
            """) { machine, insert, eject, format };
        command.Validators.Add(result =>
        {
            if (result.GetValue(insert) is not null && result.GetValue(eject))
                result.AddError("give --insert or --eject, not both");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var name = result.GetValue(machine)!;
            if (result.GetValue(eject))
                await client.DeleteBmcMediaAsync(name, cancel);
            if (result.GetValue(insert) is { } image)
                await client.PutBmcMediaAsync(name, image, cancel);
            Print(result, format, await client.GetBmcAsync<BmcMediaSlot>(name, "media", cancel), BmcTables.Write);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Firmware(Session session)
    {
        var machine = Target.Machine(session);
        var update = new Option<string?>("--update")
        {
            Description = "Install this image. The daemon uploads a file to the BMC; a URL is fetched by "
                + "the BMC.",
            HelpName = "FILE|URL",
        };
        var wait = new Option<bool>("--wait")
        {
            Description = "Wait until the installation ends; with false, return at once.",
            DefaultValueFactory = _ => true,
        };
        var format = GetCommand.Format();
        var command = new Command(
            "firmware",
            "Show firmware versions, or install firmware (Redfish).\n\nExamples:\n  rackboot bmc firmware node-01\n"
            + "  rackboot bmc firmware node-01 --update bmc-2.14.bin\n  rackboot bmc firmware node-01 --update https://10.0.0.5/bios.bin")
        {
            machine, update, wait, format,
        };
        session.Run(command, async (result, client, cancel) =>
        {
            var name = result.GetValue(machine)!;
            if (result.GetValue(update) is { } image)
                return await UpdateAsync(
                    client, name, image, result.GetValue(wait), result.GetValue(format), result.InvocationConfiguration, cancel);
            Print(result, format, await client.GetBmcAsync<BmcFirmware>(name, "firmware", cancel), BmcTables.Write);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> UpdateAsync(
        RackbootClient client, string machine, string image, bool wait, OutputFormat format, InvocationConfiguration console,
        CancellationToken cancel)
    {
        PowerOperation operation;
        if (image.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(image, UriKind.Absolute, out var url))
        {
            operation = await client.PullFirmwareAsync(machine, url, cancel);
        }
        else if (!File.Exists(image))
        {
            console.Error.WriteLine($"rackboot: there is no file {image}; give a file, or a URL that the BMC can fetch");
            return ExitCode.Failed;
        }
        else
        {
            await using var file = File.OpenRead(image);
            operation = await Upload.ShowAsync(
                $"sending {image}", file, client.PushFirmwareAsync(machine, Path.GetFileName(image), file, cancel), cancel);
        }

        if (wait)
            return await PowerView.FollowAsync(client, operation, format, console, cancel);
        if (format is OutputFormat.Json or OutputFormat.Yaml)
            Output.Documents.Write(console.Output, format, operation);
        else
            console.Output.WriteLine($"operation/{operation.Id} started; follow it with: rackboot power follow {operation.Id}");
        return ExitCode.Ok;
    }

    private static void Print<T>(
        ParseResult result, Option<OutputFormat> format, IReadOnlyList<T> items, Action<TextWriter, IReadOnlyList<T>> table)
    {
        var output = result.InvocationConfiguration.Output;
        if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            Output.Documents.Write(output, f, new ItemList<T>(items));
        else
            table(output, items);
    }

    private static uint Number(string address) =>
        System.Net.IPAddress.TryParse(address, out var ip)
            && ip.GetAddressBytes() is { Length: 4 } bytes ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
}
