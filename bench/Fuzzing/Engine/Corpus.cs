namespace Rackboot.Fuzzing.Engine;

/// <summary>Inputs that together take every known way through a parser: a text file a target, an input a line in base 64.</summary>
public static class Corpus
{
    /// <summary>What one target may have of the repository.</summary>
    private const int MostCharacters = 32 * 1024;

    private const string Extension = ".corpus";

    public static IReadOnlyList<byte[]> Read(string folder, FuzzTarget target)
    {
        var file = Path.Combine(folder, target.Name + Extension);
        return File.Exists(file) ? [.. File.ReadLines(file).Select(Convert.FromBase64String)] : [];
    }

    /// <summary>Writes the smallest inputs first, as many as may be; the order is that of their bytes, so that a later run changes few
    /// lines.</summary>
    public static void Write(string folder, FuzzTarget target, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        var room = MostCharacters;
        var lines = inputs.OrderBy(i => i.Length).Select(Convert.ToBase64String).TakeWhile(l => (room -= l.Length + 1) >= 0);
        File.WriteAllLines(Path.Combine(folder, target.Name + Extension), lines.Distinct().Order(StringComparer.Ordinal));
    }
}
