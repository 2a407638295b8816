using System.Diagnostics;

namespace Rackboot.Lab.Storm.Tftp;

/// <summary>What the TFTP clients of one thread saw.</summary>
internal sealed class TftpTally
{
    public int Completed { get; private set; }
    public int Failed { get; private set; }
    public long Bytes { get; private set; }
    public long Blocks { get; set; }
    public long Repeated { get; set; }
    public long OutOfOrder { get; set; }
    public long Strays { get; set; }
    public Durations FirstAnswers { get; } = new();
    public Durations Transfers { get; } = new();
    public Dictionary<string, int> Failures { get; } = [];

    public void Succeed(long data, long ticks)
    {
        (Completed, Bytes) = (Completed + 1, Bytes + data);
        Transfers.Add(ticks);
    }

    public void Fail(string why)
    {
        Failed++;
        if (Failures.Count < 5 || Failures.ContainsKey(why))
            Failures[why] = Failures.GetValueOrDefault(why) + 1;
    }

    public void Add(TftpTally other)
    {
        (Completed, Failed) = (Completed + other.Completed, Failed + other.Failed);
        (Bytes, Blocks) = (Bytes + other.Bytes, Blocks + other.Blocks);
        (Repeated, OutOfOrder, Strays) = (Repeated + other.Repeated, OutOfOrder + other.OutOfOrder, Strays + other.Strays);
        FirstAnswers.AddAll(other.FirstAnswers);
        Transfers.AddAll(other.Transfers);
        foreach (var (why, count) in other.Failures)
            Failures[why] = Failures.GetValueOrDefault(why) + count;
    }

    /// <summary>Durations in ticks of the stopwatch.</summary>
    internal sealed class Durations
    {
        private readonly List<long> _ticks = [];

        public bool Add(long ticks)
        {
            _ticks.Add(ticks);
            return true;
        }

        public void AddAll(Durations other) => _ticks.AddRange(other._ticks);

        /// <summary>The median, the 99th percentile and the longest, in milliseconds.</summary>
        public double[] Milliseconds()
        {
            if (_ticks.Count == 0)
                return [];
            _ticks.Sort();
            var ranks = new[] { _ticks.Count / 2, (int)(_ticks.Count * 0.99), _ticks.Count - 1 };
            return [.. ranks.Select(i => Math.Round(_ticks[i] * 1000.0 / Stopwatch.Frequency, 2))];
        }
    }
}
