using Rackboot.Daemon.BootPlane;

namespace Rackboot.Daemon.Tests.BootPlane;

public sealed class ContentLengthDigitsTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("5", "5")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("+5", "?")]
    [InlineData("-5", "?")]
    [InlineData(" 5", "?")]
    [InlineData("5 5", "?")]
    [InlineData("0x5", "?")]
    [InlineData("", "?")]
    [InlineData("00000000000000000005", "?")]
    public void Digits_are_a_length_and_nothing_else_is(string value, string read) // RFC 9112 §6.3
    {
        var chars = new char[20];
        var count = ContentLengthDigits.Instance.GetChars(System.Text.Encoding.ASCII.GetBytes(value), chars);
        Assert.Equal(read, new string(chars, 0, count));
    }
}
