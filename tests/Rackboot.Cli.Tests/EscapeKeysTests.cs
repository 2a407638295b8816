using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Cli.Terminal;

namespace Rackboot.Cli.Tests;

/// <summary>Which keys are for this program and which for the machine.</summary>
public sealed class EscapeKeysTests
{
    [Theory]
    [InlineData("ls\r", "ls\r")]
    [InlineData("~.", "<End>")]
    [InlineData("~?~w~b", "<Help><TakeOver><Break>")]
    [InlineData("ls\r~.", "ls\r<End>")]
    [InlineData("ls\n~.", "ls\n<End>")]
    [InlineData("cd ~.", "cd ~.")]
    [InlineData("~~.", "~.")]
    [InlineData("~~\r~~", "~\r~")]
    [InlineData("~x\r~.", "~x\r<End>")]
    [InlineData("~\r~.", "~\r<End>")]
    public void The_escape_character_counts_at_the_beginning_of_a_line(string typed, string meant)
    {
        Assert.Equal(meant, Feed((byte)'~', Encoding.ASCII.GetBytes(typed)));
        // And however the terminal hands it over.
        Assert.Equal(meant, Feed((byte)'~', [.. typed.Select(c => new[] { (byte)c })]));
    }

    [Fact]
    public void Another_escape_character_or_none_can_be_had()
    {
        Assert.Equal("~.<End>", Feed(0x1D, "~."u8.ToArray()) + Feed(0x1D, "\u001d."u8.ToArray()));
        Assert.Equal("~.", Feed(null, "~."u8.ToArray()));
    }

    [Theory]
    [InlineData("~", true, (int)'~')]
    [InlineData("^]", true, 0x1D)]
    [InlineData("^a", true, 1)]
    [InlineData("none", true, null)]
    [InlineData("", false, null)]
    [InlineData("ab", false, null)]
    [InlineData("ä", false, null)]
    public void An_escape_character_is_given_as_itself_or_as_a_control_key(string text, bool right, int? escape)
    {
        Assert.Equal(right, EscapeKeys.TryParse(text, out var parsed));
        Assert.Equal(escape, parsed);
    }

    [Fact]
    public void Without_escapes_every_byte_goes_through() =>
        Prop.ForAll<byte[]>(typed => Bytes(new EscapeKeys(null), typed).SequenceEqual(typed)).QuickCheckThrowOnFailure();

    [Fact]
    public void Plain_text_has_no_sequence_that_steers_a_terminal()
    {
        var plain = new PlainText();
        Assert.Equal(
            "\tred tabs\ntitle gone, C1 gone, é stays\n",
            Encoding.UTF8.GetString([.. plain.Filter("\u001b[1;31m\tred\u001b[0m\u0007 ta"u8),
                .. plain.Filter("bs\r\n\u001b]0;evil\u0007title gone, C1\u009b gone, é stays\u001b("u8), .. plain.Filter("B\n"u8)]));
    }

    [Fact]
    public void Plain_text_of_any_bytes_has_no_control_character_but_tabs_and_newlines() =>
        Prop.ForAll<byte[]>(bytes => new PlainText().Filter(bytes).All(b => b is >= 0x20 and not 0x7F or (byte)'\n' or (byte)'\t'))
            .QuickCheckThrowOnFailure();

    private static string Feed(byte? escape, params byte[][] typed)
    {
        var keys = new EscapeKeys(escape);
        return string.Concat(typed.SelectMany(t => keys.Feed(t))
            .Select(k => Encoding.ASCII.GetString(k.Bytes) + (k.Action is { } action ? $"<{action}>" : "")));
    }

    private static byte[] Bytes(EscapeKeys keys, byte[] typed) => [.. keys.Feed(typed).SelectMany(k => k.Bytes)];
}
