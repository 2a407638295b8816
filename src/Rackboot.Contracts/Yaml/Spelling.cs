namespace Rackboot.Contracts.Yaml;

/// <summary>Suggests corrections of misspelt words.</summary>
public static class Spelling
{
    /// <summary><c>did you mean subnets?</c>, or the allowed words.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var words = known.Order(StringComparer.Ordinal).ToList();
        return Nearest(word, words) is { } near ? $"did you mean {near}?" : $"allowed: {string.Join(", ", words)}";
    }

    /// <summary>The known word closest to <paramref name="word"/> in spelling; null if none is close.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var near = word.Length > 40 ? null : known.MinBy(k => (Distance(k, word), !k.StartsWith(word, StringComparison.Ordinal)));
        return near is not null && Distance(near, word) <= Math.Min(2, word.Length / 2) ? near : null;
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
