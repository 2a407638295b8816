using System.Diagnostics;
using Rackboot.Fuzzing.Engine;
using Rackboot.Fuzzing.Targets;

namespace Rackboot.Fuzzing.Tests;

/// <summary>What fuzzing found and kept (bench/Fuzzing/Corpus) is given to each parser again: it throws nothing but what it documents,
/// and takes bounded time and memory.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const long MostCorpusBytes = 1 << 20;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    public static TheoryData<string> Names => [.. All.Targets.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kept_input_is_parsed_or_refused_as_documented(string name)
    {
        var target = All.Targets.Single(t => t.Name == name);
        var kept = Corpus.Read(Folder, target);
        Assert.NotEmpty(kept);
        var inputs = kept.Concat(target.Seeds).ToList();
        Assert.Empty(inputs.Select(i => (Wrong: Judge.Of(target, i), Input: i)).Where(t => t.Wrong is not null)
            .Select(t => $"{t.Wrong}: {Convert.ToBase64String(t.Input)}"));
        output.WriteLine($"{name}: {inputs.Count} inputs tried, 0 promises broken");
    }

    [Fact]
    public void The_corpus_is_small_and_every_file_of_it_belongs_to_a_parser()
    {
        var files = new DirectoryInfo(Folder).GetFiles();
        Assert.InRange(files.Sum(f => f.Length), 1, MostCorpusBytes);
        Assert.Equal(All.Targets.Select(t => t.Name).Order(), files.Select(f => Path.GetFileNameWithoutExtension(f.Name)).Order());
    }

    [Fact]
    public async Task The_fuzzer_finds_ways_through_a_parser_that_its_seeds_do_not_take()
    {
        var folder = Directory.CreateTempSubdirectory("rb-fuzzing-").FullName;
        string[] arguments = [typeof(FuzzTarget).Assembly.Location, "run", "ndp", "--seconds", "1", "--corpus", folder, "--found", folder];
        using var fuzzer = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await fuzzer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await fuzzer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(fuzzer.ExitCode == 0, said);
        var target = All.Targets.Single(t => t.Name == "ndp");
        Assert.True(Corpus.Read(folder, target).Count > target.Seeds.Count, said);
        output.WriteLine(said.Trim());
        Directory.Delete(folder, recursive: true);
    }
}
