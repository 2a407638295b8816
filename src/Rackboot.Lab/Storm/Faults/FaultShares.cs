using System.Globalization;

namespace Rackboot.Lab.Storm.Faults;

/// <summary>How many of a hundred machines have which fault: <c>lost-packets=2,stops=1</c>.</summary>
internal sealed record FaultShares(IReadOnlyDictionary<MachineFault, double> Percent)
{
    public static FaultShares None { get; } = new(new Dictionary<MachineFault, double>());

    /// <summary>The faults that a machine can have, by the words of the command line.</summary>
    public static IReadOnlyList<(string Word, MachineFault Fault)> Words { get; } =
    [
        ("lost-packets", MachineFault.LostPackets), ("stops", MachineFault.Stops), ("bmc-password", MachineFault.BmcPassword),
        ("half-download", MachineFault.HalfDownload), ("clone", MachineFault.Clone),
    ];

    public static string Word(MachineFault fault) =>
        fault == MachineFault.None ? "healthy" : Words.First(w => w.Fault == fault).Word;

    /// <summary>Reads the words of the command line, or says what is wrong with them.</summary>
    public static (FaultShares? Shares, string? Error) Parse(string text)
    {
        var shares = new Dictionary<MachineFault, double>();
        foreach (var item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = item.Split('=');
            var known = Words.FirstOrDefault(w => w.Word == parts[0]);
            if (known.Word is null)
                return (null, $"no such fault: {parts[0]}; use {string.Join(", ", Words.Select(w => w.Word))}");
            if (parts.Length != 2
                || !double.TryParse(parts[1].TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
                || percent is not (>= 0 and <= 100))
                return (null, $"{item}: give the share in percent, like {known.Word}=2");
            shares[known.Fault] = percent;
        }

        var sum = shares.Values.Sum();
        return sum > 100 ? (null, $"the shares add up to {sum:0.##} %; at most 100 % of the machines can have a fault")
            : (new FaultShares(shares), null);
    }

    /// <summary>Gives each machine its fault: as many of each as its share says, at least one of a share above 0, spread by
    /// chance.</summary>
    /// <param name="seed">The same seed gives the same machines the same faults.</param>
    public IReadOnlyList<MachineFault> Deal(int machines, int seed)
    {
        var dealt = new MachineFault[machines];
        var at = 0;
        foreach (var (fault, percent) in Percent.OrderBy(p => p.Key))
            for (var count = percent > 0 ? Math.Max(1, (int)Math.Round(machines * percent / 100)) : 0; count > 0 && at < machines; count--)
                dealt[at++] = fault;
        new Random(seed).Shuffle(dealt);
        return dealt;
    }
}
