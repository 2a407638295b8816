namespace Rackboot.Talos.ImageFactory;

/// <summary>The order in which Go's YAML library writes the keys of a map: letters after other characters, embedded numbers by value
/// (go.yaml.in/yaml v4, internal/libyaml, <c>keyList.Less</c>).</summary>
internal sealed class GoKeyOrder : IComparer<string>
{
    public static GoKeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (x ?? "", y ?? "");
        var digits = false;
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] == b[i])
            {
                digits = char.IsDigit(a[i]);
                continue;
            }

            var (aLetter, bLetter) = (char.IsLetter(a[i]), char.IsLetter(b[i]));
            if (aLetter && bLetter)
                return a[i].CompareTo(b[i]);
            if (aLetter || bLetter)
                return digits == aLetter ? -1 : 1;
            var inside = (a[i] == '0' || b[i] == '0') && IsInsideNumber(a, i)
                ? 1 : 0; // a leading zero does not count before the first other digit
            var (aNumber, aEnd) = Number(a, i, inside);
            var (bNumber, bEnd) = Number(b, i, inside);
            return aNumber != bNumber ? aNumber.CompareTo(bNumber) : aEnd != bEnd ? aEnd.CompareTo(bEnd) : a[i].CompareTo(b[i]);
        }

        return a.Length.CompareTo(b.Length);
    }

    private static bool IsInsideNumber(string text, int at)
    {
        while (--at >= 0 && char.IsAsciiDigit(text[at]))
            if (text[at] != '0')
                return true;
        return false;
    }

    private static (long Value, int End) Number(string text, int from, long value)
    {
        var end = from;
        for (; end < text.Length && char.IsAsciiDigit(text[end]) && end - from < 18; end++)
            value = value * 10 + (text[end] - '0');
        return (value, end);
    }
}
