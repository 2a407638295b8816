using System.Text;
using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Core.Diagnosis;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>docs/explain.md, as the tests write it.</summary>
internal static partial class ExplainPage
{
    private const string Head = """
        # What `rackboot explain` says

        `rackboot explain node-01` names the cause and the remedy. It also takes the MAC or IP address of a host that is not a
        machine yet.

        ```console
        $ rackboot explain node-01
        ```

        Tests write this page: they put each fault into a boot, packet by packet (`tests/Rackboot.Daemon.Tests/Explain`). Renew it
        with `make reference`; a test fails while the page differs from the program's answers.

        ## How to read it

        - **The verdict** comes first. Its `cause` keeps its name across versions: scripts and pages can rely on it.
        - **Confidence**: *certain* was observed; *likely* follows from observations; *possible* is one of several explanations.
        - **Progress** is a stage that the boot reached, or bytes of a file that the machine acknowledged. Asking again, renewing a
          lease or fetching the same file again is not progress. The monotonic clock measures the time without progress.
        - **Suspicion** begins when a stage takes longer than that stage of this rack's earlier boots (after five boots; until then
          20 to 30 s). After 2 minutes, or 5 from the kernel on, the boot is marked *stalled*.
        - **The newest fault** is the cause at once, as long as the boot has made no progress since.
        - Requests without an answer are kept by card and by address, in memory: at most 4,096 of each. A client that asked once
          gives way to one that asks again.

        The API answers the same: `GET /api/v1/machines/{name}/explain` has `cause`, `confidence`, `verdict`, `evidence` and `remedies`.

        """;

    public static string Write(IEnumerable<(Fault Fault, Explanation Said)> all)
    {
        var page = new StringBuilder(Head);
        foreach (var section in all.GroupBy(f => f.Fault.Section))
        {
            page.Append($"\n## {section.Key}\n");
            foreach (var (fault, said) in section)
            {
                page.Append($"\n### {fault.Title}\n\n`{said.Cause}`, {said.Confidence!.Value.ToString().ToLowerInvariant()}\n\n> "
                    + $"{Escaped(said.Verdict)}\n");
                Append(page, "", said.Remedies);
                Append(page, "\nDetails:\n", [.. said.Evidence]);
            }
        }

        page.Append($"\n## {PlacedCauses.Section}\n\nIf a machine has a place, and none of its boots was seen. [clouds.md](clouds.md) has "
            + "the stages.\n");
        foreach (var (title, _, placement) in PlacedCauses.All)
        {
            var said = PlacedCauses.Explain(placement);
            page.Append($"\n### {title}\n\n`{said.Cause}`, {said.Confidence.ToString().ToLowerInvariant()}\n\n> "
                + $"{Escaped(said.Sentence)}\n");
            Append(page, "", said.Remedies);
            Append(page, "\nDetails:\n", [.. said.Evidence]);
        }

        page.Append("""

            ## Messages that explain understands

            From the kernel log and the event sink. The first matching row counts; a suspicious line that matches no row is evidence.

            | Cause | The machine … | Words, one of each group | Source |
            |---|---|---|---|

            """);
        foreach (var message in TalosMessages.All)
            page.Append($"| `{(message.Kind == Core.Boot.FactKind.Restarts ? message.Name : $"talos-{message.Name}")}` | {message.Means} "
                + $"| {string.Join(" **and** ", message.Words.Select(g => string.Join(", ", g.Select(w => $"`{w.Trim()}`"))))} | "
                    + $"{message.Source} |\n");
        return page.ToString();
    }

    /// <summary>Without what differs from run to run, and with the addresses of a rack.</summary>
    public static string Plain(string text)
    {
        text = text.Replace("127.20.0.", "10.20.0.", StringComparison.Ordinal)
            .Replace("127.30.0.", "10.30.0.", StringComparison.Ordinal).Replace("127.99.0.", "10.99.0.", StringComparison.Ordinal)
            .Replace("127.0.0.1:", "10.40.0.21:", StringComparison.Ordinal).Replace("127.0.0.1", "10.40.0.21", StringComparison.Ordinal)
                .Replace("127.0.0.0/24", "10.40.0.0/24", StringComparison.Ordinal);
        text = Port().Replace(text, "10.40.0.21");
        text = Broke().Replace(text, "$1 … of ");
        text = Took().Replace(text, " bytes");
        text = Built().Replace(text, "program was built (2026-11-21)");
        return BootId().Replace(text, "019f…");
    }

    private static void Append(StringBuilder page, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
            page.Append(title).Append('\n');
        foreach (var line in lines)
            page.Append($"- {Escaped(line)}\n");
    }

    private static string Escaped(string text) =>
        Plain(text).Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    [GeneratedRegex(@"10\.40\.0\.21:\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"(after|off at) [\d,]+ of ")]
    private static partial Regex Broke();

    [GeneratedRegex(@" bytes, \d+\.\d s")]
    private static partial Regex Took();

    [GeneratedRegex(@"program was built \(\d{4}-\d\d-\d\d\)")]
    private static partial Regex Built();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex BootId();
}
