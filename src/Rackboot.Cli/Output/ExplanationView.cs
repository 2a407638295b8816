using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>Writes an explanation: the verdict, remedies, evidence and findings.</summary>
internal static class ExplanationView
{
    public static void Write(TextWriter output, Explanation explanation)
    {
        output.WriteLine(Printable.Of(explanation.Verdict));
        if (explanation.Remedies.Count == 0 && explanation.Remedy is not null)
            output.WriteLine(Printable.Of(explanation.Remedy));
        Section(output, "What to do:", explanation.Remedies, "- ");
        Section(output, "Details:", explanation.Evidence, "- ");
        Section(output, "Observed:", explanation.Findings, "");
    }

    private static void Section(TextWriter output, string title, IReadOnlyList<string> lines, string mark)
    {
        if (lines.Count > 0)
            output.WriteLine($"\n{title}");
        foreach (var line in lines)
            output.WriteLine($"  {mark}{Printable.Of(line)}");
    }
}
