namespace Rackboot.Cli.Output;

/// <summary>What is shown of each thing of one kind.</summary>
public sealed class Listing<T>(IReadOnlyList<Field<T>> fields)
{
    public IReadOnlyList<Field<T>> Fields => fields;

    /// <summary>A table to write pages of things to.</summary>
    /// <param name="width">Of the screen; null is as wide as it takes.</param>
    public Table Columns(int? width) => new(new Columns(width, [.. fields.Select(f => new Column(f.Title, f.Rank))]), fields);

    /// <summary>The same with one more column at the end, unless it is there.</summary>
    public Listing<T> With(Field<T> field) => fields.Any(f => f.Title == field.Title) ? this : new Listing<T>([.. fields, field]);

    /// <summary><paramref name="things"/> in the order of a column.</summary>
    public IEnumerable<T> Sorted(IEnumerable<T> things, string column)
    {
        var field = Named(column) ?? fields[0];
        return field.Key is { } key
            ? things.OrderBy(t => key(t) is null).ThenBy(key)
            : things.OrderBy(t => string.IsNullOrEmpty(field.Text(t))).ThenBy(field.Text, StringComparer.Ordinal);
    }

    /// <summary>The column with this title, however it is written: <c>HOST NAME</c>, <c>host-name</c>.</summary>
    public Field<T>? Named(string column) =>
        fields.FirstOrDefault(f => string.Equals(
            f.Title.Replace(' ', '-'), column.Trim().Replace(' ', '-'), StringComparison.OrdinalIgnoreCase));

    /// <summary>What stands in the columns of <paramref name="thing"/> beside how old things are: another text is another thing.</summary>
    public string Fingerprint(T thing) => string.Join('\t', fields.Where(f => !f.Ages).Select(f => f.Text(thing)));

    /// <summary>A table that is written as its things come.</summary>
    public sealed class Table(Columns columns, IReadOnlyList<Field<T>> fields)
    {
        public void Write(TextWriter output, IEnumerable<T> things)
        {
            foreach (var thing in things)
                columns.Add([.. fields.Select(f => f.Text(thing))]);
            columns.Write(output);
        }
    }
}
