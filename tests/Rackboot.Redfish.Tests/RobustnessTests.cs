using System.IO.Compression;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Redfish.Tests.Server;
using Rackboot.Redfish.Tests.Table;

namespace Rackboot.Redfish.Tests;

/// <summary>Whatever a service answers, the outcome is a result or a RedfishException.</summary>
public sealed class RobustnessTests
{
    [Theory]
    [InlineData("plain", 1, 0.02)]
    [InlineData("plain", 2, 0.05)]
    [InlineData("plain", 3, 0.1)]
    [InlineData("plain", 4, 0.3)]
    [InlineData("tray", 5, 0.02)]
    [InlineData("tray", 6, 0.05)]
    [InlineData("tray", 7, 0.1)]
    [InlineData("tray", 8, 0.3)]
    public async Task Every_operation_copes_with_resources_that_are_not_as_the_schema_says(string tree, int seed, double share)
    {
        var clock = new HurryingClock();
        await using var server = await RedfishServer.StartAsync(tree, clock);
        server.Mood.Garbler = new Garbler(seed, share);
        var errors = 0;
        foreach (var operation in Operations.All)
        {
            await using var client = server.Client(o => o with { BusyLimit = TimeSpan.FromSeconds(20) });
            try
            {
                await operation.Try(client, server);
            }
            catch (RedfishException e)
            {
                errors++;
                Assert.StartsWith("127.0.0.1:", e.Message, StringComparison.Ordinal);
            }
            catch (Xunit.Sdk.XunitException)
            {
                // what the table's operations expect of a service that works
            }
        }

        Assert.True(errors > 0 || share < 0.05);
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_a_RedfishException() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => Reads(bytes) && Reads([.. "{\"Members\":["u8, .. bytes]) && Reads([.. "\uFEFF{\"a\":"u8, .. bytes, (byte)'}'])));

    // BMCs pass on names as parts have them in their memories.
    [Theory]
    [InlineData("\\ud83d\\ude00 \\\\ud800", "\ud83d\ude00 \\ud800")]
    [InlineData("a\\uD800b\\udc00", "a\ufffdb\ufffd")]
    [InlineData("a\u00ffb", "a\ufffdb")] // as one byte
    public async Task A_text_that_is_no_Unicode_is_read_with_a_replacement_character(string json, string text)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.Content = new ByteArrayContent(Encoding.Latin1.GetBytes($"{{\"Name\":\"{json}\"}}"));
        var answer = await new AnswerReader("bmc", 1 << 20, 64, TimeProvider.System).ReadAsync(response, default);
        Assert.Equal(text, answer.Body.Text("Name"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_more_is_read_of_an_answer_than_its_bound_packed_or_not(bool packed)
    {
        var zeros = new byte[64 << 20];
        using var plain = new CountingStream();
        if (packed)
            using (var gzip = new GZipStream(plain, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(zeros);
        else
            plain.Write(zeros);
        plain.Position = 0;
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(plain) };
        if (packed)
            response.Content.Headers.ContentEncoding.Add("gzip");
        else
            response.Content.Headers.ContentLength = null;
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => new AnswerReader("bmc", 1 << 20, 64, TimeProvider.System).ReadAsync(response, default));
        Assert.Contains("larger than 1024 KiB", error.Message, StringComparison.Ordinal);
        Assert.InRange(plain.Given, 1, 2 << 20);
    }

    [Fact]
    public void Any_bytes_in_a_stream_of_events_are_lines_or_too_large() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => SplitAsync([.. "data: "u8, .. bytes, .. "\n\ndata:"u8, .. bytes]).GetAwaiter().GetResult()));

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_body_that_is_no_resource_is_an_error_and_no_crash(string body)
    {
        var clock = new HurryingClock();
        await using var server = await RedfishServer.StartAsync("plain", clock);
        server.Mood.Before = Misbehaviour.Everywhere(Misbehaviour.Status(200, body: body));
        await using var client = server.Client(o => o with { BusyLimit = TimeSpan.FromSeconds(20) });
        foreach (var operation in Operations.All)
        {
            var error = await Record.ExceptionAsync(async () => await operation.Try(client, server));
            Assert.True(error is null or RedfishException or Xunit.Sdk.XunitException, $"{operation.Name}: {error}");
        }
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Given { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Given += read;
            return read;
        }
    }

    private static bool Reads(byte[] bytes)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };
        try
        {
            new AnswerReader("bmc", 1 << 20, 64, TimeProvider.System).ReadAsync(response, default).GetAwaiter().GetResult();
        }
        catch (RedfishException e)
        {
            return e.Failure == RedfishFailure.BadAnswer;
        }

        return true;
    }

    private static async Task<bool> SplitAsync(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        try
        {
            await foreach (var data in EventLines.ReadAsync(stream, 64, default))
                Assert.True(data.Length <= 66);
        }
        catch (InvalidDataException)
        {
        }

        return true;
    }
}
