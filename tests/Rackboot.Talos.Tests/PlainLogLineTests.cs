using System.Text;

namespace Rackboot.Talos.Tests;

/// <summary>The short way through a line comes to what the JSON reader comes to, or leaves the line to it.</summary>
public sealed class PlainLogLineTests
{
    private const string Usual =
        """{"clock":1035,"facility":"daemon","msg":"[talos] service \"etcd\" in C:\\x\n\tis up","""
        + """
        "priority":"warning","seq":0,"talos-level":"warn","x":""}
        """;

    [Fact]
    public void A_usual_line_is_plain()
    {
        var message = PlainLogLine.Read(Encoding.UTF8.GetBytes(Usual), new char[Usual.Length]);
        Assert.Equal(("warn", "daemon", "[talos] service \"etcd\" in C:\\x\n\tis up"),
            (message!.Value.Level, message.Value.Facility, message.Value.Text));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"facility\":\"kern\"}")]
    [InlineData("{\"msg\":\"a\",\"facility\":}")]
    [InlineData("{\"msg\":\"a\",\"facility\":5}")]
    [InlineData("{\"msg\":\"a\",}")]
    [InlineData("{\"msg\":\"a\",\"seq\":01}")]
    [InlineData("{\"msg\":\"a\",\"seq\":-1}")]
    [InlineData("{\"msg\":\"\\u003c\"}")]
    [InlineData("{\"msg\":\"a\" }")]
    [InlineData("{\"msg\":\"a\"}\r")]
    [InlineData("{\"msg\":\"\u00e9\"}")]
    [InlineData("{\"msg\":\"a\tb\"}")]
    [InlineData("{\"msg\":\"a\\")]
    [InlineData("{,\"msg\":\"a\"}")]
    public void What_is_not_plain_is_left_to_the_JSON_reader(string line) =>
        Assert.Null(PlainLogLine.Read(Encoding.UTF8.GetBytes(line), new char[line.Length * 3]));

    [Fact]
    public void Whatever_comes_is_read_as_the_JSON_reader_reads_it()
    {
        var random = new Random(11);
        var plain = 0;
        var usual = Encoding.UTF8.GetBytes(Usual);
        const string letters = "{}[]\",:\\ \n0123456789-.eEtrunlfsmgbx/\u00e9";
        for (var i = 0; i < 200_000; i++)
        {
            var line = usual.ToList();
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                var (at, letter) = (random.Next(line.Count), (byte)letters[random.Next(letters.Length)]);
                switch (random.Next(4))
                {
                    case 0:
                        line[at] = letter;
                        break;
                    case 1:
                        line.Insert(at, letter);
                        break;
                    case 2:
                        line.RemoveAt(at);
                        break;
                    default:
                        line.RemoveRange(at, Math.Min(random.Next(12), line.Count - at));
                        break;
                }

                if (line.Count == 0)
                    line.Add(letter);
            }

            byte[] bytes = [.. line];
            if (PlainLogLine.Read(bytes, new char[bytes.Length]) is not { } read)
                continue;
            plain++;
            Assert.True(KernelLogMessage.TryParseJson(bytes, new char[bytes.Length], out var expected, out _),
                Encoding.UTF8.GetString(bytes));
            Assert.Equal((expected.Level, expected.Facility, expected.Text), (read.Level, read.Facility, read.Text));
        }

        Assert.InRange(plain, 50_000, 200_000);
    }
}
