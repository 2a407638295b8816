using System.Text;

namespace Rackboot.Tftp.Tests;

public sealed class RequestTests
{
    [Fact]
    public void A_request_is_read_with_the_options_that_are_in_range()
    {
        var packet = Packet("/ipxe\\amd64/ipxe.efi\0octet\0blksize\01468\0tsize\00\0windowsize\04\0timeout\03\0unknown\0x\0");
        Assert.True(TftpRequest.TryParse(packet, out var request, out _, out _));
        Assert.Equal("ipxe/amd64/ipxe.efi", request!.FileName);
        Assert.Equal((1468, true, 4, 3), (request.BlockBytes, request.AsksSize, request.Window, request.TimeoutSeconds));
    }

    [Theory]
    [InlineData("ipxe/bios/undionly.kpxe\u00FF\0octet\0")]
    [InlineData("ipxe/bios/undionly.kpxe\u00FF\u00D1\u0003*G\0octet\0tsize\00\0")]
    public void What_an_old_rom_reads_behind_the_end_of_a_name_is_no_part_of_it(string text)
    {
        Assert.True(TftpRequest.TryParse(Packet(text), out var request, out _, out _));
        Assert.Equal("ipxe/bios/undionly.kpxe", request!.FileName);
    }

    [Theory]
    [InlineData("f\0octet\0blksize\00\0")]
    [InlineData("f\0octet\0blksize\065536\0")]
    [InlineData("f\0octet\0windowsize\00\0")]
    [InlineData("f\0octet\0timeout\0999999999999999999999\0")]
    [InlineData("f\0octet\0blksize\0-1\0")]
    [InlineData("f\0octet\0blksize")]
    public void An_option_out_of_range_is_left_out(string text)
    {
        Assert.True(TftpRequest.TryParse(Packet(text), out var request, out _, out _));
        Assert.Null(request!.BlockBytes ?? request.Window ?? request.TimeoutSeconds);
    }

    [Theory]
    [InlineData("../etc/passwd\0octet\0", TftpError.AccessViolation)]
    [InlineData("a/../../b\0octet\0", TftpError.AccessViolation)]
    [InlineData("..\\b\0octet\0", TftpError.AccessViolation)]
    [InlineData("\0octet\0", TftpError.AccessViolation)]
    [InlineData("bad\u0001\0octet\0", TftpError.AccessViolation)]
    [InlineData("\u00FF\0octet\0", TftpError.AccessViolation)]
    [InlineData("f\0mail\0", TftpError.IllegalOperation)]
    [InlineData("f", TftpError.IllegalOperation)]
    public void A_name_that_names_nothing_is_refused_with_the_protocols_own_error(string text, TftpError code)
    {
        Assert.False(TftpRequest.TryParse(Packet(text), out _, out var actual, out var error));
        Assert.Equal(code, actual);
        Assert.NotNull(error);
    }

    [Fact]
    public void A_name_of_10_000_characters_is_refused() =>
        Assert.False(TftpRequest.TryParse(Packet(new string('a', 10_000) + "\0octet\0"), out _, out _, out _));

    [Fact]
    public void Random_and_mutated_requests_never_throw()
    {
        var seed = Packet("ipxe/amd64/ipxe.efi\0octet\0blksize\01468\0tsize\00\0windowsize\04\0");
        var random = new Random(5);
        for (var i = 0; i < 100_000; i++)
        {
            var packet = i % 2 == 0 ? seed.ToArray() : new byte[random.Next(100)];
            if (i % 2 == 0)
                for (var n = random.Next(1, 8); n > 0; n--)
                    packet[random.Next(packet.Length)] = (byte)random.Next(256);
            else
                random.NextBytes(packet);
            if (TftpRequest.TryParse(packet, out var request, out _, out var error))
                Assert.DoesNotContain("..", request!.FileName.Split('/'));
            else
                Assert.NotNull(error);
        }
    }

    private static byte[] Packet(string text) => [0, 1, .. Encoding.Latin1.GetBytes(text)];
}
