using System.Text.RegularExpressions;

namespace Rackboot.Architecture.Tests;

/// <summary>How the code is laid out.</summary>
public sealed partial class ShapeTests
{
    [Fact]
    public void A_source_file_stays_under_420_lines() =>
        Assert.All(Repository.Sources(), f => Assert.InRange(File.ReadLines(f).Count(), 1, 420));

    // .editorconfig's max_line_length, which no compiler holds.
    [Fact]
    public void A_line_has_at_most_140_characters() =>
        Assert.Empty(new[] { "src", "tests", "bench" }.SelectMany(Repository.Sources)
            .SelectMany(f => File.ReadLines(f).Select((line, i) => (line.Length, Place: $"{Repository.Relative(f)}:{i + 1}")))
            .Where(line => line.Length > 140).Select(line => line.Place));

    [Fact]
    public void A_folder_is_a_concept_and_never_a_pattern() =>
        Assert.All(
            Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories),
            d => Assert.DoesNotContain(
                Path.GetFileName(d), new[] { "Services", "Helpers", "Managers", "Models", "Interfaces", "Utils", "Common" }));

    [Fact]
    public void No_type_is_named_for_a_pattern() =>
        Assert.Empty(Repository.Sources()
            .SelectMany(f => PatternName().Matches(File.ReadAllText(f)).Select(m => $"{Repository.Relative(f)}: {m.Value}")));

    [Fact]
    public void A_file_has_one_public_type_and_its_name() =>
        Assert.Empty(Repository.Sources()
            .Select(f => (File: f, Types: PublicType().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value).ToList()))
            .Where(f => f.Types.Count > 1 && !f.File.Contains("/Rackboot.Contracts/", StringComparison.Ordinal)
                && !f.File.EndsWith("IStore.cs", StringComparison.Ordinal))
            .Select(f => $"{Repository.Relative(f.File)}: {string.Join(", ", f.Types)}"));

    [Fact]
    public void Time_comes_from_a_TimeProvider() =>
        Assert.All(Repository.Sources(), f => Assert.DoesNotMatch(WallClock(), File.ReadAllText(f)));

    [GeneratedRegex(@"(class|record|struct|interface) \w+(Manager|Helper|Util|Utils|Base)\b")]
    private static partial Regex PatternName();

    [GeneratedRegex(
        @"^public (?:static |sealed |abstract |readonly |partial |ref )*(?:class|record struct|record|struct|interface|enum) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now")]
    private static partial Regex WallClock();
}
