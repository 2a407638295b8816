namespace Rackboot.Contracts.Yaml;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
public static class Spelling
{
    /// <summary><c>did you mean subnets?</c>, or what there is to choose from.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var words = known.Order(StringComparer.Ordinal).ToList();
        var near = word.Length > 40 ? null : words.MinBy(k => Distance(k, word));
        return near is not null && Distance(near, word) <= 2 ? $"did you mean {near}?" : $"allowed: {string.Join(", ", words)}";
    }

    // Levenshtein.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
