using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot cloud</c>: servers at providers.</summary>
public static class CloudCommand
{
    public static Command Create(Session session) =>
        new("cloud",
            """
            Buy and manage servers at providers. A Provider document describes an account; a Machine document with a place describes
            a server there.

            Examples:
              rackboot cloud offers --gpu h100 --location eu --max 30/h
              rackboot cloud plan                  show what would be bought, and the price
              rackboot cloud plan --yes node-31    approve the purchase of node-31
              rackboot cloud cost
              rackboot delete machine node-31      give it back
            """)
        {
            Offers(session),
            Plan(session),
            Cost(session),
            Orphans(session),
            Release(session),
            Console(session),
            CloudImport.Create(session),
        };

    private static Command Offers(Session session)
    {
        var provider = new Option<string?>("--provider") { Description = "Only offers of this provider.", HelpName = "NAME" };
        var gpu = new Option<string?>("--gpu") { Description = "Only offers whose GPU name contains this word.", HelpName = "WORD" };
        var location = new Option<string?>("--location") { Description = "Only locations containing this word.", HelpName = "WORD" };
        var max = new Option<string?>("--max") { Description = "The highest price per hour: 30, 30/h or '30 USD'.",
            HelpName = "PRICE" };
        var all = new Option<bool>("--all") { Description = "Include sold-out offers." };
        var fresh = new Option<bool>("--fresh") { Description = "Ask the providers now. Otherwise answers are up to 15 minutes old." };
        var format = GetCommand.Format();
        var command = new Command("offers",
            "List the offers of all providers, cheapest first.\n\nExamples:\n  rackboot cloud offers\n  rackboot cloud "
                + "offers --gpu h100 --max 30/h -o json")
        {
            provider, gpu, location, max, all, fresh, format,
        };
        session.Run(command, async (result, client, cancel) =>
        {
            var query = string.Join('&', new (string Name, string? Value)[]
            {
                ("provider", result.GetValue(provider)), ("gpu", result.GetValue(gpu)), ("location", result.GetValue(location)),
                    ("max", result.GetValue(max)),
                ("all", result.GetValue(all) ? "true" : null), ("fresh", result.GetValue(fresh) ? "true" : null),
            }.Where(f => f.Value is not null).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}"));
            var offers = new List<CloudOffer>();
            await foreach (var page in client.GetOfferPagesAsync(query, cancel))
                offers.AddRange(page);
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            offers = [.. offers.OrderBy(o => o.Hourly is null).ThenBy(o => o.Hourly?.Amount)];
            if (offers.Count > 0 || result.GetValue(format) is not (OutputFormat.Table or OutputFormat.Wide))
                Print(output, result.GetValue(format), offers, CloudTables.Offers);
            else
                error.WriteLine(query.Length == 0 ? "no provider offers anything; add one: rackboot apply (docs/clouds.md)"
                    : "no offer fits; see all: rackboot cloud offers --all");
            if (result.GetValue(format) == OutputFormat.Table && offers.Count > 0)
                error.WriteLine($"as of {Columns.Age(offers.Min(o => o.Read))} ago; prices exclude VAT and are not converted");
            foreach (var silent in (await client.GetProvidersAsync(cancel)).Where(p => p.Status?.Problem is not null))
                error.WriteLine(Printable.Of($"rackboot: provider {silent.Name}: {silent.Status!.Problem}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Plan(Session session)
    {
        var names = new Argument<string[]>("machine") { Description = "Machines. Default: all.", Arity = ArgumentArity.ZeroOrMore };
        var yes = new Option<bool>("--yes", "-y") { Description = "Approve the purchases shown." };
        var format = GetCommand.Format();
        var command = new Command("plan",
            "Show planned purchases and their prices. --yes approves each purchase once, up to the price shown.\n\nExamples:\n  "
                + "rackboot cloud plan\n  rackboot cloud plan --yes node-31")
        {
            names, yes, format,
        };
        session.Run(command, (result, client, cancel) =>
            PlanAsync(client, result.GetValue(names) ?? [], result.GetValue(yes), result.GetValue(format), result.InvocationConfiguration,
                cancel));
        return command;
    }

    /// <summary>Shows the planned purchases, and approves them if the operator asked for that.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> PlanAsync(
        RackbootClient client, IReadOnlyCollection<string> names, bool yes, OutputFormat format, InvocationConfiguration console,
            CancellationToken cancel)
    {
        var machines = (await client.GetCloudMachinesAsync(fresh: true, cancel)).Where(m =>
            names.Count == 0 || names.Contains(m.Machine)).ToList();
        if (names.FirstOrDefault(n => !machines.Exists(m => m.Machine == n)) is { } missing)
            throw new ApiException(System.Net.HttpStatusCode.NotFound,
                new Problem { Detail = $"machine {missing} has no place at a provider" });
        machines = [.. machines.Where(m => m.Stage is not (CloudStage.Running or CloudStage.Building or CloudStage.Releasing))];
        if (machines.Count > 0 || format is not (OutputFormat.Table or OutputFormat.Wide))
            Print(console.Output, format, machines, CloudTables.Plan);
        else
            console.Error.WriteLine("no purchase is planned; for what runs: rackboot cloud cost");
        var waiting = machines.Where(m => m.Waits).ToList();
        if (waiting.Count == 0)
            return ExitCode.Ok;
        var sum = CloudTables.Sum(waiting.Select(m => m.Hourly).OfType<CloudPrice>());
        if (!yes)
        {
            console.Error.WriteLine($"{waiting.Count} would be bought, for {(sum.Length > 0 ? sum : "an unknown price")} an hour in total; "
                + $"approve with: rackboot cloud plan --yes");
            return ExitCode.Ok;
        }

        var worst = ExitCode.Ok;
        foreach (var approved in await client.ApproveAsync([.. waiting.Select(m => m.Machine)], cancel))
            if (approved.Refused is { } refused)
            {
                console.Error.WriteLine(Printable.Of($"rackboot: {approved.Machine}: {refused}"));
                worst = ExitCode.Conflict;
            }
            else
                console.Output.WriteLine($"machine/{approved.Machine} approved");
        return worst;
    }

    private static Command Cost(Session session)
    {
        var format = GetCommand.Format();
        var command = new Command("cost", "Show the servers that cost money now, and their total price.\n\nExample:\n  rackboot "
            + "cloud cost") { format };
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var costing = (await client.GetCloudMachinesAsync(fresh: false, cancel)).Where(m => m.Costs).ToList();
            Print(output, result.GetValue(format), costing, CloudTables.Cost);
            if (result.GetValue(format) is not (OutputFormat.Table or OutputFormat.Wide))
                return ExitCode.Ok;
            var sum = CloudTables.Sum(costing.Select(m => m.Hourly).OfType<CloudPrice>());
            var unknown = costing.Count(m => m.Hourly is null);
            output.WriteLine(costing.Count == 0 ? "no server costs money now"
                : $"total: {(sum.Length > 0 ? sum : "unknown price")} an hour"
                + (unknown > 0 ? $"; the price of {unknown} is unknown" : ""));
            if ((await client.GetOrphansAsync(cancel)).Count is > 0 and var orphans)
                error.WriteLine($"rackboot: {orphans} more servers cost money and belong to no machine; see: rackboot cloud orphans");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Orphans(Session session)
    {
        var format = GetCommand.Format();
        var command = new Command("orphans", "List servers bought by this appliance that belong to no machine.\n\nExample:\n  rackboot "
            + "cloud orphans") { format };
        session.Run(command, async (result, client, cancel) =>
        {
            Print(result.InvocationConfiguration.Output, result.GetValue(format), await client.GetOrphansAsync(cancel),
                CloudTables.Orphans);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Release(Session session)
    {
        var provider = new Argument<string>("provider") { Description = "The Provider document." };
        var server = new Argument<string>("server") { Description = "The provider's id of the server." };
        var token = new Option<string?>(
            "--token") { Description = "What the provider sent by e-mail, to confirm that a server is given back.",
            HelpName = "TOKEN" };
        var command = new Command("release",
            "Give back a server that rackboot cloud orphans lists. For a machine use: rackboot delete machine; if its provider then wants "
                + "a token, --token confirms it.\n\nExamples:\n  rackboot cloud release latitude-eu sv_ZWr75Zbjr5A91\n"
                + "  rackboot cloud release ovh-eu ns1.example.eu --token TOKEN")
        {
            provider, server, token,
        };
        session.Run(command, async (result, client, cancel) =>
        {
            var released = await client.ReleaseAsync(
                result.GetValue(provider)!, result.GetValue(server)!, result.GetValue(token), cancel);
            result.InvocationConfiguration.Output.WriteLine(Printable.Of($"server {result.GetValue(server)}: {released.Text}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Console(Session session)
    {
        var machine = new Argument<string>("machine") { Description = "Which." };
        var from = new Option<string?>("--from") { Description = "Your address, for providers that admit a single address.",
            HelpName = "ADDRESS" };
        var key = new Option<string?>("--ssh-key") { Description = "The provider's id of your SSH key, for providers that need one.",
            HelpName = "ID" };
        var command = new Command("console",
            "Open a machine's console at its provider; print how to reach it, with a password.\n\nExample:\n  rackboot cloud "
                + "console node-31") { machine, from, key };
        session.Run(command, async (result, client, cancel) =>
        {
            var order = new CloudConsoleOrder(result.GetValue(from), result.GetValue(key));
            var console = await client.OpenCloudConsoleAsync(result.GetValue(machine)!, order, cancel);
            foreach (var (name, value) in new[] { ("kind", console.Kind), ("address", console.Address), ("user", console.User),
                ("password", console.Password), ("ends", console.Ends) })
                if (value is not null)
                    result.InvocationConfiguration.Output.WriteLine(Printable.Of($"{name}: {value}"));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print<T>(TextWriter output, OutputFormat format, IReadOnlyList<T> items, Listing<T> listing)
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            Documents.Write(output, format, new ItemList<T>(items));
            return;
        }

        listing.Columns(Screen.Width(output, format)).Write(output, items);
    }
}
