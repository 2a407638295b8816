using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Rackboot.Fuzzing.Engine;

/// <summary>Looks for inputs that take new ways through one parser, for a time, and keeps them; the parser is instrumented.</summary>
/// <param name="current">Has the input that is tried, for whoever finds this process dead.</param>
internal sealed class Fuzzer(FuzzTarget target, Random random, IReadOnlyList<byte[]> words, string current)
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(2);

    private readonly List<byte[]> _kept = [];
    private readonly byte[] _seen = new byte[Coverage.Size];
    private readonly Dictionary<string, byte[]> _found = [];

    public long Tried { get; private set; }

    public int Ways { get; private set; }

    public IReadOnlyList<byte[]> Kept => _kept;

    /// <summary>Inputs that the parser does not keep its promises with, by what happened.</summary>
    public IReadOnlyDictionary<string, byte[]> Found => _found;

    public void Run(IEnumerable<byte[]> begin, TimeSpan time, Action alive)
    {
        using var file = MemoryMappedFile.CreateFromFile(current, FileMode.Create, null, target.MostBytes + sizeof(int));
        using var view = file.CreateViewAccessor();
        foreach (var input in begin.Concat(target.Seeds).Append([]))
            Try(input, view);
        var mutator = new Mutator(random, words, target.MostBytes);
        var (began, last) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            for (var i = 0; i < 64; i++)
                Try(mutator.Of(Any(), Any()), view);
            if (Stopwatch.GetElapsedTime(last) < SignOfLife)
                continue;
            last = Stopwatch.GetTimestamp();
            alive();
        }
    }

    /// <summary>The fewest and shortest inputs, roughly, that take every way which was found.</summary>
    public IReadOnlyList<byte[]> Smallest()
    {
        var (taken, smallest) = (new HashSet<int>(), new List<byte[]>());
        foreach (var input in _kept.OrderBy(k => k.Length))
        {
            Coverage.Reset();
            Judge.Of(target, input);
            var before = taken.Count;
            foreach (var way in Coverage.Taken)
                taken.Add(way);
            if (taken.Count > before)
                smallest.Add(input);
        }

        return smallest;
    }

    // New ones more often than old ones.
    private byte[] Any() => _kept.Count == 0 ? []
        : random.Next(3) == 0 ? _kept[^(1 + random.Next(Math.Min(_kept.Count, 16)))] : _kept[random.Next(_kept.Count)];

    private void Try(byte[] input, MemoryMappedViewAccessor view)
    {
        if (input.Length > target.MostBytes)
            return;
        view.Write(0, input.Length);
        view.WriteArray(sizeof(int), input, 0, input.Length);
        Tried++;
        Coverage.Reset();
        if (Judge.Of(target, input) is { } wrong)
            _found.TryAdd(wrong, input);
        else if (IsNew())
            _kept.Add(input);
    }

    private bool IsNew()
    {
        var isNew = false;
        foreach (var way in Coverage.Taken)
        {
            var (often, seen) = (Coverage.Often(way), _seen[way]);
            if ((often & ~seen) == 0)
                continue;
            Ways += seen == 0 ? 1 : 0;
            _seen[way] = (byte)(seen | often);
            isNew = true;
        }

        return isNew;
    }
}
