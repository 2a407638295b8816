using System.Runtime.InteropServices;

namespace Rackboot.Core.Diagnosis;

/// <summary>Looks for any of many words in lines of which nearly all have none. Where a word is, four of its characters begin at one of
/// every few places: only these are looked up, in a table of all such four.</summary>
internal sealed class WordSearch
{
    private const int Gram = 4;
    private const int TableBits = 16;
    private const ulong LowerCase = 0x0020_0020_0020_0020; // of ASCII letters; other characters are merely mixed with their neighbours

    private readonly ulong[] _grams = new ulong[1 << (TableBits - 6)];
    private readonly Dictionary<int, List<(string Word, int At)>> _words = [];
    private readonly int _stride;

    /// <param name="words">At least four characters each.</param>
    public WordSearch(IReadOnlyCollection<string> words)
    {
        _stride = words.Min(w => w.Length) - Gram + 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(_stride, 1, nameof(words));
        foreach (var word in words)
            for (var at = 0; at < _stride; at++)
            {
                var gram = GramAt(word, at);
                _grams[gram >> 6] |= 1UL << gram;
                if (!_words.TryGetValue(gram, out var those))
                    _words.Add(gram, those = []);
                those.Add((word, at));
            }
    }

    /// <summary>Whether <paramref name="line"/> has one of the words, in upper or lower case.</summary>
    public bool IsIn(ReadOnlySpan<char> line)
    {
        for (var i = 0; i + Gram <= line.Length; i += _stride)
        {
            var gram = GramAt(line, i);
            if ((_grams[gram >> 6] & (1UL << gram)) != 0 && IsAt(line, i, _words[gram]))
                return true;
        }

        return false;
    }

    private static bool IsAt(ReadOnlySpan<char> line, int place, List<(string Word, int At)> words)
    {
        foreach (var (word, at) in words)
            if (place >= at && line[(place - at)..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static int GramAt(ReadOnlySpan<char> text, int at)
    {
        var characters = MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text.Slice(at, Gram)));
        return (int)(((characters | LowerCase) * 0x9E37_79B9_7F4A_7C15) >> (64 - TableBits)); // Fibonacci hashing
    }
}
