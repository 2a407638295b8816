using FsCheck;
using FsCheck.Fluent;
using Rackboot.Contracts.Selection;

namespace Rackboot.Contracts.Tests.Selection;

/// <summary>The grammar of kubernetes.io/docs/concepts/overview/working-with-objects/labels.</summary>
public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> First = new() { ["rack"] = "r1", ["role"] = "worker", ["in"] = "use" };

    [Theory]
    [InlineData("rack=r1", true)]
    [InlineData("rack==r1", true)]
    [InlineData("rack = r2", false)]
    [InlineData("rack!=r1", false)]
    [InlineData("rack != r2", true)]
    [InlineData("site!=berlin", true)]
    [InlineData("rack in (r1,r2)", true)]
    [InlineData("rack in ( r2 , r3 )", false)]
    [InlineData("rack in(r1)", true)]
    [InlineData("rack notin (r1,r2)", false)]
    [InlineData("site notin (berlin)", true)]
    [InlineData("rack", true)]
    [InlineData("site", false)]
    [InlineData("!rack", false)]
    [InlineData("! site", true)]
    [InlineData("rack=", false)]
    [InlineData("site in (,berlin)", false)]
    [InlineData("rack=r1,role=worker", true)]
    [InlineData("rack=r1,role notin (worker),in", false)]
    [InlineData("in=use", true)]
    [InlineData("in in (use)", true)]
    [InlineData("notin", false)]
    [InlineData("example.com/rack=r1", false)]
    public void A_selector_chooses_as_in_Kubernetes(string text, bool chosen)
    {
        Assert.True(LabelSelector.TryParse(text, out var selector, out var error), error);
        Assert.Equal(chosen, selector.Matches(First));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData(",", "expected the key of a label, found \",\"")]
    [InlineData("rack=r1,", "expected the key of a label, found the end")]
    [InlineData("=r1", "expected the key of a label, found \"=\"")]
    [InlineData("rack!r1", "expected = after \"rack!\"")]
    [InlineData("rack in r1", "expected values in parentheses")]
    [InlineData("rack in ()", "are empty")]
    [InlineData("rack in (r1", "expected a closing parenthesis, found the end")]
    [InlineData("rack=r1 role=worker", "expected a comma before \"role\"")]
    [InlineData("rack=r1;role=worker", "expected a comma before \";\"")]
    [InlineData("rack>3", "expected a comma before \">\"")]
    [InlineData("rack===r1", "expected a comma before \"=\"")]
    [InlineData("!rack=r1", "expected a comma before \"=\"")]
    public void What_is_not_in_the_grammar_is_refused_with_what_is_allowed(string text, string mistake)
    {
        Assert.False(LabelSelector.TryParse(text, out _, out var error));
        Assert.Contains(mistake, error, StringComparison.Ordinal);
        Assert.Contains("allowed: rack=r1, rack!=r1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_reads_the_same_again() =>
        Prop.ForAll(Gen.Elements("rack", "in", "notin", "=", "==", "!", "!=", "(", ")", ",", " ", "r1", "ä", "\0").ListOf()
            .Select(parts => string.Concat(parts)).ToArbitrary(), text =>
            !LabelSelector.TryParse(text, out var selector, out _)
            || (LabelSelector.TryParse(selector.ToString(), out var again, out _) && again.ToString() == selector.ToString()
                && again.Matches(First) == selector.Matches(First)))
            .QuickCheckThrowOnFailure();
}
