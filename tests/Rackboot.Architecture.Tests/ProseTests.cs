using System.Text.RegularExpressions;

namespace Rackboot.Architecture.Tests;

/// <summary>Phrases that read as if translated: each has a plain form. Docs, messages and comments are checked.</summary>
public sealed partial class ProseTests
{
    private static readonly (string Phrase, string Instead)[] Banned =
    [
        (@"[Ww]hat is told\b", "name the subject: 'The event names …'"),
        (@"[Nn]othing (?:says|tells|speaks against)\b", "'X has no …'"),
        (@"[Nn]obody (?:says|tells|described|asked for)\b", "'without a document', 'not requested'"),
        (@"[Ss]omebody(?: else)? (?:uses|answers|has|asks|sets|types|says|waits|watches)\b", "'another host', 'another user'"),
        (@"[Ww]hoever\b", "the actor: 'the caller', 'a client', 'others'"),
        (@"[Aa]gain is harmless", "'Commands are safe to repeat.'"),
        (@"\bof its own accord\b", "'on its own'"),
        (@"(?<![Tt]here )\bis no (?:YAML|JSON|name|file|key|machine|mapping|parameter|object|message)\b", "'is not a …'"),
        (@"(?<![Tt]here )\b(?:knows?|is|are|has) (?:\w+ ){0,3}no more\b(?! than| in| \w+s\b)", "'no longer'"),
        (@"\b\w+ anew\b", "'again', 'recreated', 'start over'"),
        (@"\b(?:is|are|was|were) (?:still )?to be had\b|\bnot to be had\b", "'available'"),
        (@"\b(?:mends?|mended) (?:it|that|this|is|at)\b|\bwhen that is mended\b", "'fix'"),
        (@"\b(?:put|puts) (?:that|it|something) right\b", "'fix'"),
        (@"\b(?:given|gives?|giving) (?:it |one |her |him )?back to\b", "'release', 'return'"),
        (@"\bis asked less and less\b", "the actor: 'the appliance asks …'"),
        (@"\bso to say\b|\bas it were\b", "leave it out"),
        (@"\bone and the same\b", "'the same'"),
        (@"\bcomes? no further\b|\bcame no further\b", "'makes no progress', 'did not get past'"),
        (@"\b(?:who|what) (?:asks|is asked) (?:for )?(?:goes|comes) before\b", "'takes priority'"),
        (@"\bhow (?:it|that|this|they) (?:is|are) (?:switched|reached)\b", "'its power driver', 'its address'"),
        (@"\bwhat is (?:switched|off|dangerous) (?:cannot|asks|needs)\b", "name the subject: 'A machine that is off cannot …'"),
    ];

    [Fact]
    public void Docs_messages_and_comments_avoid_phrases_with_a_plain_form()
    {
        var rules = Banned.Select(b => (Pattern: new Regex(b.Phrase), b.Instead)).ToList();
        Assert.Empty(Prose().SelectMany(p => rules.Where(r => r.Pattern.IsMatch(p.Text))
            .Select(r => $"{p.Place}: \"{r.Pattern.Match(p.Text).Value}\", better: {r.Instead}")));
    }

    [Theory]
    [InlineData("What is told is what the BMC read back.", true)]
    [InlineData("Again is harmless.", true)]
    [InlineData("nothing says how node-01 is switched", true)]
    [InlineData("at address 10.0.0.1 somebody else answers", true)]
    [InlineData("Shows the state read back from the BMC.", false)]
    [InlineData("allow no more than 5 of them", false)]
    public void A_phrase_is_found_where_it_stands_and_nowhere_else(string text, bool banned) =>
        Assert.Equal(banned, Banned.Any(b => Regex.IsMatch(text, b.Phrase)));

    private static IEnumerable<(string Place, string Text)> Prose()
    {
        var docs = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md");
        foreach (var page in docs.Append(Path.Combine(Repository.Root, "README.md")))
            foreach (var (line, i) in File.ReadLines(page).Select((line, i) => (line, i)))
                yield return ($"{Repository.Relative(page)}:{i + 1}", line);
        foreach (var source in Repository.Sources())
            foreach (var (line, i) in File.ReadLines(source).Select((line, i) => (line, i)))
                foreach (var text in Words().Matches(line).Select(m => m.Value).Where(t => t.Contains(' ', StringComparison.Ordinal)))
                    yield return ($"{Repository.Relative(source)}:{i + 1}", text);
    }

    // A text literal, or a comment to the end of the line.
    [GeneratedRegex(@"""(?:\\.|[^""\\])*""|//.*")]
    private static partial Regex Words();
}
