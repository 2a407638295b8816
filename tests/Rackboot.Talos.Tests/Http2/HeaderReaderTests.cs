using System.Text;
using Rackboot.Talos.Http2;

namespace Rackboot.Talos.Tests.Http2;

public sealed class HeaderReaderTests
{
    private readonly HeaderTable _table = new();

    // RFC 7541 C.3 (plain) and C.4 (Huffman): three requests on one connection, which name fields of the earlier ones.
    [Theory]
    [InlineData(
        "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")]
    [InlineData(
        "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    public void The_requests_of_the_standard_are_read(params string[] blocks)
    {
        Assert.Equal(":method GET,:scheme http,:path /,:authority www.example.com", Read(blocks[0]));
        Assert.Equal(":method GET,:scheme http,:path /,:authority www.example.com,cache-control no-cache", Read(blocks[1]));
        Assert.Equal(
            ":method GET,:scheme https,:path /index.html,:authority www.example.com,custom-key custom-value", Read(blocks[2]));
    }

    // RFC 7541 C.5: responses with a table of 256 bytes, from which the oldest fields go.
    [Fact]
    public void Old_fields_give_way_to_new_ones()
    {
        Assert.True(_table.TryResize(256));
        Read("4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e"
            + "6578616d706c652e636f6d");
        Assert.Equal(
            ":status 307,cache-control private,date Mon, 21 Oct 2013 20:13:21 GMT,location https://www.example.com",
            Read("4803333037c1c0bf"));
        Assert.True(_table.TryFind(62, out var name, out var value));
        Assert.Equal(":status 307", Text(name, value));
        Assert.False(_table.TryFind(66, out _, out _));
    }

    [Theory]
    [InlineData("80")] // the number 0
    [InlineData("be")] // a field that was never sent
    [InlineData("ff")] // a number that ends in the middle
    [InlineData("ffffffffff07")] // a number too large
    [InlineData("0005616263")] // a string that ends in the middle
    [InlineData("00")] // no string
    [InlineData("008461626364")] // no Huffman code: the padding is not ones
    [InlineData("0084ffffffff")] // the code of the end
    [InlineData("823f00")] // another limit after a field
    [InlineData("3fe2ff01")] // a limit over the announced one
    public void An_invalid_block_is_noticed(string block)
    {
        var reader = new HeaderReader(_table, Convert.FromHexString(block), new byte[256]);
        while (reader.TryNext(out _, out _))
        {
            // The fields before.
        }

        Assert.True(reader.IsBroken);
    }

    [Fact]
    public void Random_blocks_never_throw_and_the_table_stays_small()
    {
        var random = new Random(7541);
        var room = new byte[64];
        for (var i = 0; i < 100_000; i++)
        {
            var block = new byte[random.Next(40)];
            random.NextBytes(block);
            var reader = new HeaderReader(_table, block, room);
            while (reader.TryNext(out var name, out var value))
                Assert.True(name.Length + value.Length <= HeaderTable.MostBytes);
        }

        Assert.False(_table.TryFind(62 + HeaderTable.MostBytes / 32, out _, out _));
    }

    private string Read(string block)
    {
        var reader = new HeaderReader(_table, Convert.FromHexString(block), new byte[256]);
        var fields = new List<string>();
        while (reader.TryNext(out var name, out var value))
            fields.Add(Text(name, value));
        Assert.False(reader.IsBroken);
        return string.Join(",", fields);
    }

    private static string Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        $"{Encoding.ASCII.GetString(name)} {Encoding.ASCII.GetString(value)}";
}
