using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Configuration;

public sealed class ConfigurationComparisonTests
{
    private const string Node =
        """
        version: v1alpha1
        machine:
          type: worker
          token: abcdef.0123456789abcdef
          sysctls: { net.core.somaxconn: "4096" }
          nodeLabels: { rack: r1 }
        cluster:
          controlPlane: { endpoint: "https://10.20.0.10:6443" }
        """;

    [Fact]
    public void Order_quotes_and_comments_are_no_difference()
    {
        var other = "# mine\n" + Node.Replace("rack: r1", "\"rack\": 'r1'", StringComparison.Ordinal);
        Assert.Equal("", Diff(Node, other));
    }

    [Fact]
    public void A_changed_value_shows_with_the_lines_around_it()
    {
        var diff = Diff(Node, Node.Replace("4096", "65535", StringComparison.Ordinal)).Split('\n');
        Assert.Equal("--- runs", diff[0]);
        Assert.Equal("+++ wants", diff[1]);
        Assert.StartsWith("@@ -", diff[2], StringComparison.Ordinal);
        Assert.Contains("-        net.core.somaxconn: \"4096\"", diff);
        Assert.Contains("+        net.core.somaxconn: \"65535\"", diff);
        Assert.Contains("     sysctls:", diff);
    }

    [Fact]
    public void A_secret_that_differs_shows_that_it_differs_and_neither_value()
    {
        var diff = Diff(Node, Node.Replace("abcdef.0123456789abcdef", "zzzzzz.9999999999999999", StringComparison.Ordinal));
        Assert.Contains("-    token: '***'\n+    token: '*** (another)'\n", diff.Replace('"', '\''), StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("zzzzzz", diff, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_cannot_be_read_is_refused_without_quoting_it()
    {
        Assert.False(ConfigurationComparison
            .TryDiff(new(Node), new("machine: { token: hunter2hunter2, tokn: x }"), "a", "b", out _, out var error));
        Assert.Contains("tokn", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_turns_one_text_into_the_other_whatever_the_texts_are()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var (from, to) = (Text(random), Text(random));
            Assert.Equal(to, Apply(from, LineDiff.Unified(from, to, "a", "b")));
        }
    }

    [Fact]
    public void Texts_that_share_nothing_are_told_apart_in_bounded_time()
    {
        var from = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i}\n"));
        var to = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"b{i}\n"));
        Assert.Equal(to, Apply(from, LineDiff.Unified(from, to, "a", "b")));
    }

    private static string Diff(string from, string to)
    {
        Assert.True(ConfigurationComparison
            .TryDiff(new SecretText(from), new SecretText(to), "runs", "wants", out var diff, out var error), error);
        return diff;
    }

    private static string Text(Random random) => string
        .Concat(Enumerable.Range(0, random.Next(25)).Select(_ => $"{(char)('a' + random.Next(4))}\n"));

    // What patch(1) does: lines outside of hunks stay, hunks say the rest.
    private static string Apply(string from, string diff)
    {
        var old = from.Split('\n').SkipLast(1).ToList();
        var result = new List<string>();
        var at = 0;
        foreach (var line in diff.Split('\n').SkipLast(1).Skip(2))
            switch (line[0])
            {
                case '@':
                    var range = line.Split(' ')[1][1..].Split(',');
                    var begin = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture) - (range is [_, "0"] ? 0 : 1);
                    result.AddRange(old[at..begin]);
                    at = begin;
                    break;
                case '+':
                    result.Add(line[1..]);
                    break;
                default:
                    Assert.Equal(old[at++], line[1..]);
                    if (line[0] == ' ')
                        result.Add(line[1..]);
                    break;
            }

        result.AddRange(old[at..]);
        return string.Concat(result.Select(l => l + "\n"));
    }
}
