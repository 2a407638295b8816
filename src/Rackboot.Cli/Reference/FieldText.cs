namespace Rackboot.Cli.Reference;

/// <summary>Prints a field of a document on a terminal.</summary>
internal static class FieldText
{
    /// <summary>Prints the description, the allowed values and the fields below.</summary>
    public static void Write(TextWriter output, string kind, DocumentField field)
    {
        output.WriteLine($"{kind}{(field.Path.Length == 0 ? "" : "." + field.Path)}: {Form(field)}");
        output.WriteLine($"  {field.Says}");
        if (field.Example is { } example)
            output.WriteLine($"  Example: {field.Name}: {example}");
        foreach (var (word, says) in field.Words.Where(w => w.Says.Length > 0))
            output.WriteLine($"  {word}: {says}");
        if (field.Members.Count == 0)
            return;
        output.WriteLine();
        foreach (var member in field.Members)
        {
            output.WriteLine($"{member.Name}: {Form(member)}");
            output.WriteLine($"  {member.Says}");
        }
    }

    /// <summary>Prints every field below it, one line each.</summary>
    public static void WriteAll(TextWriter output, DocumentField field)
    {
        var fields = field.All().ToList();
        var width = fields.Count == 0 ? 0 : fields.Max(f => f.Path.Length);
        foreach (var f in fields)
            output.WriteLine($"{f.Path.PadRight(width)}  {Form(f)}");
    }

    private static string Form(DocumentField f) =>
        $"{f.Form}{(f.IsRequired ? ", required" : f.Default is null ? "" : $", default {f.Default}")}{(f.IsReadOnly ? ", observed" : "")}";
}
