using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot audit</c>: who did what.</summary>
public static class AuditCommand
{
    private const int Usual = 50;

    public static Command Create(Session session)
    {
        var who = Filter("--who", "Only what this caller did, like token:ci or root.", "WHO");
        var from = Filter("--from", "Only what was asked from this address, or from socket.", "ADDRESS");
        var machine = Filter("--machine", "Only what was about this machine.", "NAME");
        var what = Filter("--what", "Only what has this in its method and path, like POST or /power.", "TEXT");
        var since = Filter("--since", "Only what came since: a span like 24h or 30d, or a time like 2026-11-21T08:00:00Z.", "TIME");
        var until = Filter("--until", "Only what came before: as with --since.", "TIME");
        var failed = new Option<bool>("--failed") { Description = "Only what was refused or failed." };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many entries.", HelpName = "COUNT", DefaultValueFactory = _ => Usual,
        };
        var format = GetCommand.Format();
        var command = new Command("audit",
            """
            Show what was done and refused, newest first: who, from where, what, on which machines, with what result.

            Examples:
              rackboot audit --since 24h
              rackboot audit --who token:ci --machine node-01
              rackboot audit --failed --what /power
              rackboot audit verify
            """) { who, from, machine, what, since, until, failed, limit, format, Verify(session) };
        foreach (var time in new[] { since, until })
            time.Validators.Add(result =>
            {
                if (result.Tokens is [var given] && Time(given.Value) is null)
                    result.AddError(
                        $"{result.Option.Name} is a span like 24h or a time like 2026-11-21T08:00:00Z; \"{given.Value}\" is not");
            });
        session.Run(command, async (result, client, cancel) =>
        {
            var pages = client.GetAuditPagesAsync(
            [
                ("who", result.GetValue(who)), ("from", result.GetValue(from)), ("machine", result.GetValue(machine)),
                ("what", result.GetValue(what)), ("since", Time(result.GetValue(since))), ("until", Time(result.GetValue(until))),
                ("failed", result.GetValue(failed) ? "true" : null), ("limit", $"{Math.Clamp(result.GetValue(limit), 1, 5000)}"),
            ], cancel);
            var entries = new List<AuditEntry>();
            await foreach (var page in pages)
            {
                entries.AddRange(page);
                if (entries.Count >= result.GetValue(limit))
                    break;
            }

            Write(result, result.GetValue(format), [.. entries.Take(result.GetValue(limit))]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify(Session session)
    {
        var contains = Filter("--contains", "A hash that an earlier check printed; it must still be there.", "HASH");
        var command = new Command("verify",
            """
            Compute every hash of the audit again: whether an entry was changed, or is missing. Note the hash that it prints elsewhere;
            given to a later check it shows that nothing up to it was written anew. Exit code 1: something is wrong.

            Examples:
              rackboot audit verify
              rackboot audit verify --contains "$(cat audit.head)"
            """) { contains };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var check = await client.CheckAuditAsync(result.GetValue(contains), cancel);
            if (check.Mistake is { } mistake)
            {
                console.Error.WriteLine($"rackboot: the audit is not whole: {Printable.Of(mistake)}");
                return ExitCode.Failed;
            }

            console.Output.WriteLine(check.Entries == 0 ? "the audit has no entries"
                : $"{check.Entries:N0} entries, {check.First} to {check.Last}, all as they were written; the hash of the last one:\n"
                    + check.Head);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(ParseResult result, OutputFormat format, IReadOnlyList<AuditEntry> entries)
    {
        var output = result.InvocationConfiguration.Output;
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            Output.Documents.Write(output, format, entries);
            return;
        }

        var columns = new Columns("time", "who", "from", "result", "machines", "what");
        foreach (var entry in entries)
            columns.Add($"{entry.Time:yyyy-MM-dd HH:mm:ss}", entry.Who, entry.From, $"{entry.Result}", Machines(entry.Machines),
                entry.Detail is null ? entry.What : $"{entry.What} ({entry.Detail})");
        columns.Write(output);
    }

    private static string Machines(IReadOnlyList<string> names) =>
        names.Count <= 3 ? string.Join(',', names) : $"{names[0]} and {names.Count - 1} more";

    private static string? Time(string? text) => text is null ? null
        : Duration.TryParse(text, out var span) ? (TimeProvider.System.GetUtcNow() - span).ToString("O")
        : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time.ToString("O") : null;

    private static Option<string?> Filter(string name, string says, string help) => new(name) { Description = says, HelpName = help };
}
