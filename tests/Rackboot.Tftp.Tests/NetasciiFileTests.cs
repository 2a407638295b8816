namespace Rackboot.Tftp.Tests;

/// <summary>Text as mode netascii has it.</summary>
public sealed class NetasciiFileTests
{
    [Theory]
    [InlineData("a\nb", "a\r\nb")]
    [InlineData("a\rb", "a\r\0b")]
    [InlineData("a\r\nb", "a\r\0\r\nb")]
    [InlineData("", "")]
    public void Line_ends_are_those_of_the_network(string file, string text) =>
        Assert.Equal(text, Whole(file.Select(c => (byte)c).ToArray()));

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(50_000)]
    public void Every_place_in_any_order_reads_as_the_whole_text(int length)
    {
        var random = new Random(length);
        var content = Enumerable.Range(0, length).Select(_ => (byte)"ab\r\n"[random.Next(4)]).ToArray();
        var text = Whole(content);
        using var file = NetasciiFile.From(new MemoryTftpFile(content))!;
        Assert.Equal(text.Length, file.Length);
        for (var i = 0; i < 500; i++)
        {
            var offset = random.Next(text.Length + 1);
            var buffer = new byte[random.Next(1500)];
            var read = file.Read(offset, buffer);
            var expected = text.Substring(offset, Math.Min(buffer.Length, text.Length - offset));
            Assert.Equal(expected, string.Concat(buffer[..read].Select(b => (char)b)));
        }
    }

    // The rule of RFC 764, a byte at a time.
    private static string Whole(byte[] content)
    {
        var expected = string.Concat(content.Select(b => b switch { (byte)'\n' => "\r\n", (byte)'\r' => "\r\0", _ => $"{(char)b}" }));
        using var file = NetasciiFile.From(new MemoryTftpFile(content))!;
        var text = new byte[file.Length];
        Assert.Equal(text.Length, file.Read(0, text));
        Assert.Equal(expected, string.Concat(text.Select(b => (char)b)));
        return expected;
    }
}
