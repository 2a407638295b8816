namespace Rackboot.Cli.Output;

/// <summary>What is shown of each thing of one kind.</summary>
/// <param name="cells">Of one thing, as many as there are columns.</param>
public sealed class Listing<T>(IReadOnlyList<Column> columns, Func<T, string?[]> cells)
{
    /// <summary>A table to write pages of things to.</summary>
    /// <param name="width">Of the screen; null is as wide as it takes.</param>
    public Table Columns(int? width) => new(new Columns(width, columns), cells);

    /// <summary>A table that is written as its things come.</summary>
    public sealed class Table(Columns columns, Func<T, string?[]> cells)
    {
        public void Write(TextWriter output, IEnumerable<T> things)
        {
            foreach (var thing in things)
                columns.Add(cells(thing));
            columns.Write(output);
        }
    }
}
