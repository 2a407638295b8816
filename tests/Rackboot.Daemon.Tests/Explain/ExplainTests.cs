using System.Collections.Concurrent;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>Each fault, put into a boot packet by packet, and what a person reads of it.</summary>
public sealed class ExplainTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Explanation>>> Answers = new();

    public static TheoryData<string> Titles => [.. Faults.All.Select(f => f.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_fault_is_named_with_its_cause_and_remedy(string title)
    {
        var fault = Faults.All.Single(f => f.Title == title);
        var said = await AskAsync(fault);
        Assert.True(fault.Says == ExplainPage.Plain(said.Verdict),
            $"it said: {ExplainPage.Plain(said.Verdict)}\nremedies: {string.Join(" | ", said.Remedies)}\nevidence: "
            + $"{string.Join(" | ", said.Evidence)}\n"
            + string.Join('\n', said.Findings));
        Assert.Equal(fault.Cause, said.Cause);
        if (fault.Remedy is { } remedy)
            Assert.Contains(said.Remedies, r => r.Contains(remedy, StringComparison.OrdinalIgnoreCase));
        else
            Assert.All(said.Remedies, r => Assert.DoesNotContain("cable", r, StringComparison.Ordinal));
        if (fault.Evidence is { } evidence)
            Assert.Contains(said.Evidence, e => e.Contains(evidence, StringComparison.Ordinal));
        Assert.Equal(said.Remedies.Count == 0 ? null : string.Join("; ", said.Remedies), said.Remedy);
    }

    [Fact]
    public void Every_stage_of_a_server_at_a_provider_has_a_cause_of_its_own()
    {
        foreach (var (title, cause, placement) in PlacedCauses.All)
            Assert.Equal((title, cause), (title, PlacedCauses.Explain(placement).Cause));
        Assert.Equal(Enum.GetNames<Core.Clouds.PlacementStage>().Select(s => $"placed-{s.ToLowerInvariant()}").Append("placed-off")
            .Append("placed-problem").Order(StringComparer.Ordinal), PlacedCauses.All.Select(c => c.Cause).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_says_what_explain_says()
    {
        var said = new List<(Fault, Explanation)>();
        foreach (var fault in Faults.All)
            said.Add((fault, await AskAsync(fault)));
        Rackboot.Tests.CommittedPage.IsCurrent("docs/explain.md", ExplainPage.Write(said));
    }

    private static Task<Explanation> AskAsync(Fault fault) => Answers.GetOrAdd(fault.Title, _ => new Lazy<Task<Explanation>>(async () =>
    {
        await using var rack = await FaultRack.StartAsync(fault.Settings ?? FaultRack.Subnet, fault.RealBmcs, fault.IsHasty);
        return await rack.ExplainAsync(await fault.Put(rack));
    })).Value;
}
