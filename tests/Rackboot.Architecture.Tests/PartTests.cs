using System.Text.RegularExpressions;

namespace Rackboot.Architecture.Tests;

/// <summary>The parts of the daemon and the order they stand in (docs/architecture.md).</summary>
public sealed partial class PartTests
{
    private const string Daemon = "src/Rackboot.Daemon";

    private static List<string> Parts =>
        [.. Added().Matches(File.ReadAllText(Path.Combine(Repository.Root, Daemon, "Appliance.cs"))).Select(m => m.Groups[1].Value)];

    [Fact]
    public void A_part_has_a_folder_of_its_name()
    {
        Assert.NotEmpty(Parts);
        Assert.All(Parts, part => Assert.True(
            File.Exists(Path.Combine(Repository.Root, Daemon, part, $"{part}Part.cs")), $"{part}/{part}Part.cs is missing"));
    }

    [Fact]
    public void A_part_knows_only_those_before_it() =>
        Assert.Empty(
            from file in Repository.Sources()
            let folder = Repository.Relative(file).Split('/')
            where folder is ["src", "Rackboot.Daemon", _, _, ..]
            let own = Parts.IndexOf(folder[2])
            where own >= 0
            let text = File.ReadAllText(file)
            from later in Parts.Skip(own + 1)
            where Regex.IsMatch(text, $@"using (static )?Rackboot\.Daemon\.{later}\b")
            select $"{Repository.Relative(file)} uses {later}, which stands after {folder[2]} in Appliance.cs");

    [Fact]
    public void The_drawing_of_the_parts_shows_them_all()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md"));
        Assert.All(Parts, part => Assert.Contains($"{part}Part", page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"Add\(new (\w+)Part\(")]
    private static partial Regex Added();
}
