using Rackboot.Ipmi.Text;

namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>The packed bytes were written by a few lines of Python that put the characters' codes into one number, six bits each.</summary>
public class TextTests
{
    [Theory]
    [InlineData("83", "29dca6", "IPMI")]
    [InlineData("88", "235c47803dbe7209", "CPU1 VCORE")]
    [InlineData("84", "66e80213", "FAN 3")]
    [InlineData("86", "64dab67f1801", "DIMM_A1")]
    public void Six_bit_text_packs_four_characters_into_three_bytes(string typeLength, string data, string text)
    {
        var (code, bytes) = (Convert.FromHexString(typeLength)[0], Convert.FromHexString(data));
        Assert.Equal(bytes.Length, TypeLengthText.Length(code));
        Assert.Equal(text, TypeLengthText.DecodeSensorName(code, bytes).TrimEnd());
        Assert.Equal(text, TypeLengthText.DecodeFruField(code, bytes, english: true));
    }

    [Theory]
    [InlineData("0123456789", "01 23 45 67 89")]
    [InlineData("12-34.5", "12 b3 4c 5a")]
    public void Bcd_plus_has_two_characters_a_byte_the_high_one_first(string text, string data) =>
        Assert.Equal(text,
            TypeLengthText.DecodeFruField(0x45, Convert.FromHexString(data.Replace(" ", "", StringComparison.Ordinal)), english: true));

    [Fact]
    public void Eight_bit_text_is_latin_and_its_padding_goes()
    {
        Assert.Equal("Lüfter", TypeLengthText.DecodeFruField(0xC8, [.. "L"u8, 0xFC, .. "fter  "u8], english: true));
        Assert.Equal("DIMM ", TypeLengthText.DecodeSensorName(0xC5, "DIMM "u8));
        Assert.Equal("AB", TypeLengthText.DecodeSensorName(0xC4, [.. "AB"u8, 0, 0x7F]));
    }

    [Fact]
    public void Control_characters_never_reach_a_terminal() =>
        Assert.Equal("a?[31mb", TypeLengthText.DecodeSensorName(0xC7, [.. "a"u8, 0x1B, .. "[31mb"u8]));

    [Fact]
    public void A_binary_field_is_hexadecimal_unless_it_is_text()
    {
        Assert.Equal("01fe", TypeLengthText.DecodeFruField(0x02, [0x01, 0xFE], english: true));
        Assert.Equal("ABC", TypeLengthText.DecodeFruField(0x03, "ABC"u8, english: true));
    }

    [Fact]
    public void Text_in_another_language_is_two_bytes_a_character_unless_it_plainly_is_not()
    {
        Assert.Equal("Żół", TypeLengthText.DecodeFruField(0xC6, [0x7B, 0x01, 0xF3, 0x00, 0x42, 0x01], english: false));
        Assert.Equal("DELL", TypeLengthText.DecodeFruField(0xC4, "DELL"u8, english: false));
    }
}
