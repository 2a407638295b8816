namespace Rackboot.Cli.Output;

/// <summary>The difference of two texts, line by line, in the format of <c>diff -u</c>.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    /// <summary>The lines of the difference without a header; none if the texts are equal.</summary>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var script = Script(Lines(before), Lines(after));
        var output = new List<string>();
        for (var at = 0; at < script.Count;)
        {
            var first = script.FindIndex(at, s => s.Sign != ' ');
            if (first < 0)
                break;
            var begin = Math.Max(at, first - Context);
            var end = first;
            for (var i = first; i < script.Count && i - end <= 2 * Context; i++)
                if (script[i].Sign != ' ')
                    end = i;
            at = Math.Min(script.Count, end + Context + 1);
            output.Add(Heading(script, begin, at));
            output.AddRange(script[begin..at].Select(s => s.Sign + s.Text));
        }

        return output;
    }

    private static string Heading(List<(char Sign, string Text)> script, int begin, int end)
    {
        return $"@@ -{Range('+')} +{Range('-')} @@";

        string Range(char other)
        {
            var count = script[begin..end].Count(s => s.Sign != other);
            var first = script[..begin].Count(s => s.Sign != other) + (count == 0 ? 0 : 1);
            return $"{first},{count}";
        }
    }

    // The longest common subsequence; documents are short.
    private static List<(char Sign, string Text)> Script(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var script = new List<(char, string)>();
        for (var (i, j) = (0, 0); i < before.Length || j < after.Length;)
            if (i < before.Length && j < after.Length && before[i] == after[j])
                (script, i, j) = (Add(script, ' ', before[i]), i + 1, j + 1);
            else if (i < before.Length && (j == after.Length || common[i + 1, j] >= common[i, j + 1]))
                script = Add(script, '-', before[i++]);
            else
                script = Add(script, '+', after[j++]);
        return script;
    }

    private static List<(char, string)> Add(List<(char, string)> script, char sign, string line)
    {
        script.Add((sign, line));
        return script;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
