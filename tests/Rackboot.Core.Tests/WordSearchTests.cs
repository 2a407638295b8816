using Rackboot.Core.Diagnosis;

namespace Rackboot.Core.Tests;

public sealed class WordSearchTests
{
    private static readonly string[] Words = ["i/o error", "medium error", "unsafe shutdown", "is waiting to join", "oom-kill"];
    private static readonly WordSearch Search = new(Words);

    [Fact]
    public void A_word_is_found_at_every_place_and_in_every_case()
    {
        foreach (var word in Words)
            for (var before = 0; before < 20; before++)
                for (var after = 0; after < 3; after++)
                    foreach (var written in (string[])[word, word.ToUpperInvariant(), char.ToUpperInvariant(word[0]) + word[1..]])
                        Assert.True(Search.IsIn(new string('o', before) + written + new string('r', after)), $"{before} {written} {after}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("oom")]
    [InlineData("oom-kil")]
    [InlineData("oom-kil ")]
    [InlineData("m-killer")]
    [InlineData("the service is waiting to jo in the cluster")]
    [InlineData("i/o errors are spelled differently: i/o  error")]
    [InlineData("OOM\rKILL oom\u016Dkill \u212A\u017F")]
    public void What_only_looks_like_a_word_is_none(string line) =>
        Assert.Equal(Words.Any(w => line.Contains(w, StringComparison.OrdinalIgnoreCase)), Search.IsIn(line));

    [Fact]
    public void It_finds_what_a_plain_search_finds_in_texts_made_of_pieces_of_the_words()
    {
        var random = new Random(7);
        string[] pieces = [.. Words.SelectMany(w => new[] { w, w[..4], w[^5..], w[2..7], w[..^1] }), " ", "x", "\u00e9"];
        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.True(Words.Any(w => line.Contains(w, StringComparison.OrdinalIgnoreCase)) == Search.IsIn(line), line);
        }
    }

    [Fact]
    public void Every_line_that_fits_a_row_of_the_messages_of_Talos_may_mean_something()
    {
        foreach (var message in TalosMessages.All)
        {
            var line = "[talos] " + string.Join(" ", message.Words.Select(group => group[0]));
            Assert.True(TalosMessages.MayMean(line), line);
            Assert.NotNull(TalosMessages.Find(line.ToUpperInvariant()));
        }
    }
}
