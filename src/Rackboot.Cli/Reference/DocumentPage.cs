using System.Text;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Reference;

/// <summary>The pages docs/reference/KIND.md.</summary>
public static class DocumentPage
{
    /// <summary>The page of a kind.</summary>
    /// <param name="example">A document of the kind, as YAML.</param>
    public static string Of(string kind, string example)
    {
        var document = DocumentField.Of(kind);
        var page = new StringBuilder(
            $"""
            # {kind}

            {document.Says}

            ```yaml
            {example.TrimEnd()}
            ```

            `rackboot apply` checks a file against the same definitions that this page and
            `rackboot fields {kind.ToLowerInvariant()}` show; `make reference` writes the page.

            ## Members


            """);
        Table(page, document.All().Where(f => !f.IsReadOnly));
        var words = document.All().Where(f => !f.IsReadOnly && f.Words.Any(w => w.Says.Length > 0)).ToList();
        foreach (var field in words)
        {
            page.Append("### ").Append(field.Path).Append("\n\n");
            foreach (var (word, says) in field.Words)
                page.Append("- `").Append(word).Append('`').Append(says.Length > 0 ? ": " + says : "").Append('\n');
            page.Append('\n');
        }

        if (document.All().Where(f => f.IsReadOnly && f.Path.Length > 0).ToList() is { Count: > 0 } observed)
        {
            page.Append("## Observed\n\nThe appliance reports these fields. It ignores them in applied documents.\n\n");
            Table(page, observed);
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Table(StringBuilder page, IEnumerable<DocumentField> fields)
    {
        page.Append("| member | allowed | meaning | example |\n|---|---|---|---|\n");
        foreach (var f in fields)
            page.Append("| `").Append(f.Path).Append('`').Append(f.IsRequired ? " (required)" : "").Append(" | ").Append(Cell(f.Form))
                .Append(f.Default is null || f.IsRequired ? "" : $"; default `{f.Default}`").Append(" | ").Append(Cell(f.Says))
                    .Append(" | ")
                .Append(f.Example is null ? "" : $"`{Cell(f.Example)}`").Append(" |\n");
        page.Append('\n');
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
