using Rackboot.Cli.Output;

namespace Rackboot.Cli.Tests;

public class MistakesTests
{
    [Theory]
    [InlineData(3, 20, 3, null)]
    [InlineData(21, 20, 21, null)] // one more line is no longer than saying that there is one
    [InlineData(22, 20, 20, "2 more errors follow; see all of them by adding to the command: 2>&1 | less")]
    [InlineData(20_000, 20, 20, "19,980 more errors follow; see all of them by adding to the command: 2>&1 | less")]
    [InlineData(20_000, int.MaxValue, 20_000, null)]
    public void A_terminal_shows_the_first_and_how_many_follow(int count, int most, int shown, string? last)
    {
        var lines = Enumerable.Range(1, count).Select(n => $"rack.yaml:{n}: apiVersion: is missing").ToList();
        using var error = new StringWriter();
        Mistakes.Write(error, lines, most);
        Assert.Equal([.. lines.Take(shown), .. last is null ? [] : new[] { last }], error.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_file_or_a_pipe_gets_every_line()
    {
        var lines = Enumerable.Range(1, 500).Select(n => $"{n}").ToList();
        using var error = new StringWriter();
        Mistakes.Write(error, lines);
        Assert.Equal(lines, error.ToString().TrimEnd('\n').Split('\n'));
    }
}
